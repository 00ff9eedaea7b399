import { EngineError, nearestName } from "../core/errors.ts";
import { ln } from "../core/maths.ts";

export type BinaryOperation = "plus" | "minus" | "times" | "dividedBy";
export type UnaryOperation = "negative" | "absolute" | "log";
export type ArithmeticOperation = BinaryOperation | UnaryOperation;

const OPERANDS: Readonly<Record<ArithmeticOperation, number>> = {
  plus: 2,
  minus: 2,
  times: 2,
  dividedBy: 2,
  negative: 1,
  absolute: 1,
  log: 1,
};

/**
 * One operation over rows; a number stands for a column of it. What has no finite answer is NaN, not infinity: a
 * division by 0, the logarithm of 0 or less.
 */
export function calculate(
  operation: ArithmeticOperation,
  operands: readonly (Float64Array | number)[],
  out: Float64Array,
): Float64Array {
  requireOperation(operation, operands);
  const [first, second = 0] = operands;
  const a = typeof first === "number" ? undefined : first;
  const b = typeof second === "number" ? undefined : second;
  const x = typeof first === "number" ? first : 0;
  const y = typeof second === "number" ? second : 0;
  const length = out.length;
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
  return calculate(operation, operands, new Float64Array(length));
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
