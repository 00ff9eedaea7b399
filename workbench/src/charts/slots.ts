import {
  calendarOf,
  isFixedLength,
  monthOf,
  monthStart,
  parseTimeframe,
  timeframeMs,
} from "#engine/core/timeframe.ts";

/**
 * The places along a chart's time axis. Where trading goes on around the clock each timeframe has a place, so a
 * missing candle leaves a hole as wide as what is missing. Where markets close (nights, weekends) only candles have
 * places, and one empty place marks an interruption well beyond the usual ones.
 */
export type SlotAxis = {
  readonly slots: number;
  /** The place of each candle, ascending. */
  readonly slotOfRow: Int32Array;
  readonly isContinuous: boolean;
  /** Open time of a place, UTC milliseconds. */
  timeOf(slot: number): number;
  /** The last place that opens at or before a time; −1 before the first. */
  slotAt(timeMs: number): number;
};

/** With a larger share of empty places than this, the market closes at times. */
const CONTINUOUS_MISSING = 0.15;

export function slotAxis(timestamp: Float64Array, timeframe: string): SlotAxis {
  return continuousAxis(timestamp, timeframe) ?? sessionAxis(timestamp, timeframe);
}

/** The first row whose slot is at or after `slot`. */
export function rowFromSlot(slotOfRow: Int32Array, slot: number): number {
  let low = 0;
  let high = slotOfRow.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slotOfRow[middle] < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}

function continuousAxis(timestamp: Float64Array, timeframe: string): SlotAxis | undefined {
  const rows = timestamp.length;
  const { count, time } = places(timestamp[0] ?? 0, timeframe);
  const slots = rows === 0 ? 0 : count(timestamp[rows - 1]) + 1;
  if (slots - rows > CONTINUOUS_MISSING * slots) return undefined;
  const slotOfRow = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    slotOfRow[row] = count(timestamp[row]);
    // Candles off the timeframe's grid would share a place.
    if (row > 0 && slotOfRow[row] <= slotOfRow[row - 1]) return undefined;
  }
  return {
    slots,
    slotOfRow,
    isContinuous: true,
    timeOf: time,
    slotAt: (timeMs) => Math.max(-1, count(timeMs)),
  };
}

/** Counts whole timeframes from the first candle; months and years by the calendar. */
function places(first: number, timeframe: string): { count(t: number): number; time(slot: number): number } {
  if (isFixedLength(timeframe)) {
    const length = timeframeMs(timeframe);
    return { count: (t) => Math.floor((t - first) / length), time: (slot) => first + slot * length };
  }
  const { amount, unit } = parseTimeframe(timeframe);
  const months = unit === "y" ? 12 * amount : amount;
  const start = monthOf(first);
  return {
    count: (t) => Math.floor((monthOf(t) - start) / months),
    time: (slot) => (slot === 0 ? first : monthStart(start + slot * months)),
  };
}

function sessionAxis(timestamp: Float64Array, timeframe: string): SlotAxis {
  const rows = timestamp.length;
  const steps = new Float64Array(Math.max(0, rows - 1));
  for (let i = 1; i < rows; i++) steps[i - 1] = timestamp[i] - timestamp[i - 1];
  const usual = steps.slice().sort()[Math.floor(0.99 * (steps.length - 1))] ?? 0;
  const slotOfRow = new Int32Array(rows);
  for (let i = 1; i < rows; i++) slotOfRow[i] = slotOfRow[i - 1] + (steps[i - 1] > 2 * usual ? 2 : 1);
  const slots = rows === 0 ? 0 : slotOfRow[rows - 1] + 1;
  const calendar = calendarOf(timeframe);
  return {
    slots,
    slotOfRow,
    isContinuous: false,
    timeOf(slot) {
      const row = rowFromSlot(slotOfRow, slot);
      if (row < rows && slotOfRow[row] === slot) return timestamp[row];
      return row === 0 ? timestamp[0] : calendar.close(timestamp[row - 1]);
    },
    slotAt(timeMs) {
      let low = 0;
      let high = rows;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (timestamp[middle] <= timeMs) low = middle + 1;
        else high = middle;
      }
      return low === 0 ? -1 : slotOfRow[low - 1];
    },
  };
}
