/** A value in words for the Variables panel: what it is, how large, and how it begins. */
export type Description = { type: string; size?: string; preview: string };

const LONGEST = 80;

export function describe(value: unknown): Description {
  if (value === null || value === undefined) return { type: String(value), preview: String(value) };
  if (typeof value === "string") {
    return {
      type: "text",
      size: `${count(value.length)} characters`,
      preview: shortened(JSON.stringify(value)),
    };
  }
  if (typeof value === "function") return { type: "function", preview: signatureOf(value) };
  if (typeof value !== "object") return { type: typeof value, preview: shortened(String(value)) };
  try {
    return ofObject(value);
  } catch (error) {
    // A getter or a proxy of the user's own may throw; the panel says so and goes on.
    return {
      type: "object",
      preview: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function ofObject(value: object): Description {
  if (isTable(value)) {
    const names = value.schema.fields.map(({ name }) => name);
    const size = `${count(value.numRows)} rows × ${names.length} columns`;
    return { type: "table", size, preview: shortened(names.join(", ")) };
  }
  if (isCandles(value)) {
    const preview = shortened([value.symbol, value.timeframe, value.exchange].filter(Boolean).join(" "));
    return { type: "candles", size: `${count(value.timestamp.length)} candles`, preview };
  }
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value)) {
    const items = value as ArrayLike<unknown>;
    const first = Array.from({ length: Math.min(items.length, 6) }, (_, i) => brief(items[i]));
    const preview = shortened(first.join(", ") + (items.length > 6 ? ", …" : ""));
    return { type: className(value), size: `${count(items.length)} items`, preview };
  }
  if (value instanceof Map || value instanceof Set) {
    return { type: className(value), size: `${count(value.size)} items`, preview: "" };
  }
  if (value instanceof Date) {
    const isValid = !Number.isNaN(value.getTime());
    return { type: "Date", preview: isValid ? value.toISOString() : "invalid date" };
  }
  if (typeof (value as { nodeType?: unknown }).nodeType === "number") {
    return {
      type: "element",
      preview: `<${String((value as { nodeName?: unknown }).nodeName).toLowerCase()}>`,
    };
  }
  const keys = Object.keys(value);
  const parts = keys.slice(0, 6).map((key) => `${key}: ${brief((value as Record<string, unknown>)[key])}`);
  const preview = shortened(parts.join(", ") + (keys.length > 6 ? ", …" : ""));
  return { type: className(value), size: `${count(keys.length)} fields`, preview };
}

type Table = { numRows: number; schema: { fields: { name: string }[] } };

function isTable(value: object): value is Table {
  const { numRows, schema } = value as Partial<Table>;
  return typeof numRows === "number" && Array.isArray(schema?.fields);
}

type CandlesLike = {
  timestamp: Float64Array;
  close: Float64Array;
  symbol?: string;
  timeframe?: string;
  exchange?: string;
};

function isCandles(value: object): value is CandlesLike {
  const { timestamp, close } = value as Partial<CandlesLike>;
  return timestamp instanceof Float64Array && close instanceof Float64Array;
}

function className(value: object): string {
  const name = (Object.getPrototypeOf(value) as object | null)?.constructor?.name;
  return name === undefined || name === "Object" ? "object" : name;
}

function brief(value: unknown): string {
  if (typeof value === "string") return shortened(JSON.stringify(value), 24);
  if (typeof value === "function") return "ƒ";
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === "object" && value !== null)
    return className(value) === "object" ? "{…}" : className(value);
  return String(value);
}

function signatureOf(value: CallableFunction | NewableFunction): string {
  const [head] = Function.prototype.toString.call(value).split(/=>|\{/);
  return shortened(/^class\b/.test(head) ? head.trim() : head.replace(/\s+/g, " ").trim());
}

function count(value: number): string {
  return value.toLocaleString("en-US").replace(/,/g, "\u2009");
}

function shortened(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
