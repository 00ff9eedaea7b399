import { InvalidArgumentError } from "commander";

/** Readers of what is typed after an option; each says what it expected. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return port;
}

export function hostName(text: string): string {
  if (!/^[A-Za-z0-9.:_-]+$/.test(text))
    throw new InvalidArgumentError("Expected an address such as 127.0.0.1.");
  return text;
}
