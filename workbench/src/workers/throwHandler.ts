import { type TransferHandler, transferHandlers } from "comlink";
import { EngineError } from "#engine/core/errors.ts";

type Thrown = { value: unknown };
type Wire = {
  isError: boolean;
  value: { message: string; code?: string; details?: Record<string, unknown> };
};

/**
 * Comlink carries only message, name and stack of an error. With this both sides keep an `EngineError` what it is:
 * its `code`, and its `details` as far as they are plain data. Call once in the page and once in the worker.
 */
export function carryEngineErrors(): void {
  const plain = transferHandlers.get("throw") as TransferHandler<Thrown, Wire>;
  const carrying: TransferHandler<Thrown, Wire> = {
    canHandle: (value): value is Thrown => plain.canHandle(value),
    serialize(thrown) {
      const [wire, transferred] = plain.serialize(thrown);
      if (thrown.value instanceof EngineError) {
        const { code, details } = thrown.value;
        Object.assign(wire.value, { code, details: plainDetails(details) });
      }
      return [wire, transferred];
    },
    deserialize(wire) {
      const { message, code, details } = wire.value ?? {};
      if (wire.isError && code !== undefined) throw new EngineError(code, message, details);
      return plain.deserialize(wire);
    },
  };
  transferHandlers.set("throw", carrying as TransferHandler<unknown, unknown>);
}

/** What a structured clone would refuse (functions, mostly) becomes text. */
function plainDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(details).map(([name, value]) => {
    try {
      return [name, structuredClone(value)];
    } catch {
      return [name, String(value)];
    }
  });
  return Object.fromEntries(entries);
}
