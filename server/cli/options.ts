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

export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Expected a number.");
  return value;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90m`, `4h`, `2d`, or plain milliseconds. */
export function durationMs(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)?$/.exec(text.trim()) ?? [];
  const value = Number(digits) * UNITS[unit ?? "ms"];
  if (digits === undefined || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("Expected a duration such as 90m, 4h or 2d.");
  }
  return value;
}

/** A date or time of the ISO calendar, always in UTC; or milliseconds since 1970. */
export function timeMs(text: string): number {
  const given = text.trim();
  if (/^\d{11,14}$/.test(given)) return Number(given);
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?Z?)?$/.exec(given);
  const value = iso === null ? Number.NaN : Date.parse(`${iso[1]}T${iso[2] ?? "00:00"}${iso[3] ?? ":00"}Z`);
  // Date.parse rolls 31 February over into March; the day must come back as it was given.
  if (Number.isNaN(value) || !new Date(value).toISOString().startsWith(iso?.[1] ?? "")) {
    throw new InvalidArgumentError("Expected a UTC date such as 2024-01-31 or 2024-01-31T09:30.");
  }
  return value;
}

/** Collects `name=value` from an option that may be given often. */
export function nameAndValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("Expected name=value.");
  return { ...before, [name.trim()]: value };
}

/** `BTC/USDT,ETH/USDT` or the option given often. */
export function list(text: string, before: readonly string[] = []): string[] {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length === 0) throw new InvalidArgumentError("Expected one or more names, separated by commas.");
  return [...before, ...items];
}

/** `timestamp=Date,open=Open`: pairs separated by commas, in one option or several. */
export function namesAndValues(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return list(text).reduce<Record<string, string>>((all, item) => nameAndValue(item, all), { ...before });
}

export function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { ...value };
  } catch {
    // Said below, together with what is JSON but no object.
  }
  throw new InvalidArgumentError('Expected a JSON object such as {"timeout":20000}.');
}

/** Settings for ccxt under the name of each exchange. */
export function settingsByExchange(text: string): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(jsonObject(text)).map(([exchange, settings]) => {
      if (isObject(settings)) return [exchange, { ...settings }];
      throw new InvalidArgumentError('Expected an object for each exchange: {"binance":{"timeout":20000}}.');
    }),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
