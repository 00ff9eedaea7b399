import { EngineError, nearestName } from "../core/errors.ts";
import { ln } from "../core/maths.ts";

/**
 * Comparisons answer 1 for true, 0 for false and NaN where it cannot be said. Of truths, any number but 0 is true, and
 * `both` and `either` are known as soon as one side settles them (0 and NaN is 0, 1 or NaN is 1), as in SQL.
 */
export type Comparison = "above" | "below" | "crossAbove" | "crossBelow" | "both" | "either";
export type BinaryOperation = "plus" | "minus" | "times" | "dividedBy" | Comparison;
export type UnaryOperation = "negative" | "absolute" | "log" | "not";
export type ArithmeticOperation = BinaryOperation | UnaryOperation;

const OPERANDS: Readonly<Record<ArithmeticOperation, number>> = {
  plus: 2,
  minus: 2,
  times: 2,
  dividedBy: 2,
  above: 2,
  below: 2,
  crossAbove: 2,
  crossBelow: 2,
  both: 2,
  either: 2,
  negative: 1,
  absolute: 1,
  log: 1,
  not: 1,
};

/** Rows before its own that an operation looks at. */
export function lookBack(operation: ArithmeticOperation): number {
  return operation === "crossAbove" || operation === "crossBelow" ? 1 : 0;
}

/** Whether an operation writes every row of its result; the others leave rows at the zero that fresh memory holds. */
export function writesAll(operation: ArithmeticOperation): boolean {
  return operation !== "crossAbove" && operation !== "crossBelow";
}

/**
 * One operation over rows; a number stands for a column of it. What has no finite answer is NaN, not infinity: a
 * division by 0, the logarithm of 0 or less. `out` may be used memory only for an operation that writes all of it.
 */
export function calculate(
  operation: ArithmeticOperation,
  operands: readonly (Float64Array | number)[],
  length: number,
  out: Float64Array = new Float64Array(length),
): Float64Array {
  requireOperation(operation, operands);
  const [first, second = 0] = operands;
  const a = typeof first === "number" ? undefined : first;
  const b = typeof second === "number" ? undefined : second;
  const x = typeof first === "number" ? first : 0;
  const y = typeof second === "number" ? second : 0;
  // One loop per operation: a function called per row would cost more than the arithmetic.
  switch (operation) {
    case "plus":
      for (let i = 0; i < length; i++) out[i] = (a === undefined ? x : a[i]) + (b === undefined ? y : b[i]);
      break;
    case "minus":
      for (let i = 0; i < length; i++) out[i] = (a === undefined ? x : a[i]) - (b === undefined ? y : b[i]);
      break;
    case "times":
      for (let i = 0; i < length; i++) out[i] = (a === undefined ? x : a[i]) * (b === undefined ? y : b[i]);
      break;
    case "dividedBy":
      for (let i = 0; i < length; i++) {
        const divisor = b === undefined ? y : b[i];
        out[i] = divisor === 0 ? Number.NaN : (a === undefined ? x : a[i]) / divisor;
      }
      break;
    case "above":
      compare(a, x, b, y, out);
      break;
    case "below":
      compare(b, y, a, x, out);
      break;
    case "crossAbove":
      cross(a, x, b, y, out);
      break;
    case "crossBelow":
      cross(b, y, a, x, out);
      break;
    case "both":
      for (let i = 0; i < length; i++) {
        const left = a === undefined ? x : a[i];
        const right = b === undefined ? y : b[i];
        out[i] = left === 0 || right === 0 ? 0 : Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 1;
      }
      break;
    case "either":
      for (let i = 0; i < length; i++) {
        const left = a === undefined ? x : a[i];
        const right = b === undefined ? y : b[i];
        const isTrue = (left !== 0 && !Number.isNaN(left)) || (right !== 0 && !Number.isNaN(right));
        out[i] = isTrue ? 1 : Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 0;
      }
      break;
    case "not":
      for (let i = 0; i < length; i++) {
        const value = a === undefined ? x : a[i];
        out[i] = value === 0 ? 1 : Number.isNaN(value) ? Number.NaN : 0;
      }
      break;
    case "negative":
      for (let i = 0; i < length; i++) out[i] = -(a === undefined ? x : a[i]);
      break;
    case "absolute":
      for (let i = 0; i < length; i++) out[i] = Math.abs(a === undefined ? x : a[i]);
      break;
    case "log":
      for (let i = 0; i < length; i++) {
        const value = a === undefined ? x : a[i];
        out[i] = value > 0 ? ln(value) : Number.NaN;
      }
      break;
  }
  return out;
}

/** 1 where the first is above the second, 0 where it is not, NaN where one is unknown. */
function compare(
  a: Float64Array | undefined,
  x: number,
  b: Float64Array | undefined,
  y: number,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const difference = (a === undefined ? x : a[i]) - (b === undefined ? y : b[i]);
    // Two equal infinities differ by NaN, though neither is above the other.
    out[i] =
      difference > 0
        ? 1
        : difference <= 0
          ? 0
          : infinite(a === undefined ? x : a[i], b === undefined ? y : b[i]);
  }
}

/**
 * 1 on the first row where the first is above the second after it was not. `out` is zero from the beginning and mostly
 * stays so: what is not written costs no memory.
 */
function cross(
  a: Float64Array | undefined,
  x: number,
  b: Float64Array | undefined,
  y: number,
  out: Float64Array,
): void {
  let before = Number.NaN;
  if (a !== undefined && b !== undefined) {
    for (let i = 0; i < out.length; i++) {
      const difference = a[i] - b[i];
      if (before <= 0 && difference > 0) out[i] = 1;
      else if (before - before + (difference - difference) !== 0) out[i] = Number.NaN;
      before = difference;
    }
    return;
  }
  for (let i = 0; i < out.length; i++) {
    const difference = (a === undefined ? x : a[i]) - (b === undefined ? y : b[i]);
    if (before <= 0 && difference > 0) out[i] = 1;
    // A finite number less itself is 0; what is not known, or infinite, stays NaN.
    else if (before - before + (difference - difference) !== 0) out[i] = Number.NaN;
    before = difference;
  }
}

function infinite(left: number, right: number): number {
  return Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 0;
}

/** `calculate` for columns and numbers as a person writes them: columns must have one length. */
export function calculateColumns(
  operation: ArithmeticOperation,
  operands: readonly (Float64Array | number)[],
): Float64Array {
  const columns = operands.filter((operand) => typeof operand !== "number");
  const length = columns[0]?.length ?? 1;
  for (const column of columns) {
    if (column.length === length) continue;
    throw new EngineError(
      "arithmetic.unequal-columns",
      `${operation}: the columns have ${length} and ${column.length} rows; expected one length.`,
      { operation, given: columns.map((each) => each.length) },
    );
  }
  return calculate(operation, operands, length);
}

function requireOperation(operation: string, operands: readonly unknown[]): void {
  if (!(operation in OPERANDS)) {
    const nearest = nearestName(operation, Object.keys(OPERANDS));
    throw new EngineError(
      "arithmetic.unknown-operation",
      `arithmetic: there is no operation ${JSON.stringify(operation)}; expected one of ${Object.keys(OPERANDS).join(", ")}.` +
        (nearest === undefined ? "" : ` Did you mean ${nearest}?`),
      { given: operation, known: Object.keys(OPERANDS) },
    );
  }
  const expected = OPERANDS[operation as ArithmeticOperation];
  if (operands.length !== expected) {
    throw new EngineError(
      "arithmetic.operands",
      `${operation}: ${operands.length} operands were given; expected ${expected}.`,
      { operation, given: operands.length, expected },
    );
  }
}
