import { timeframeMs } from "../core/timeframe.ts";
import type { Target } from "../strategy/decision.ts";
import { costFraction, positionOutcome } from "./position.ts";
import type { EvaluationSettings, SliceCounts, Trade } from "./result.ts";
import type { SymbolTrack } from "./track.ts";

/** Holds what each slice chose for its window and keeps the trades, and the count of what could not be held. */
export class SliceBook {
  readonly trades: Trade[] = [];
  readonly #settings: EvaluationSettings;
  readonly #trackOf: ReadonlyMap<string, SymbolTrack>;
  readonly #cost: number;
  /** An entry or exit may be this much late, one timeframe; after that the position is dropped. */
  readonly #withinMs: number;
  #traded = 0;
  #empty = 0;
  #dropped = 0;
  #droppedEntry = 0;
  #droppedExit = 0;

  constructor(settings: EvaluationSettings, tracks: readonly SymbolTrack[]) {
    this.#settings = settings;
    this.#trackOf = new Map(tracks.map((track) => [track.symbol, track]));
    this.#cost = costFraction(settings);
    this.#withinMs = timeframeMs(settings.timeframe);
  }

  /** One slice: enters each target, in order of rank. A dropped one leaves its part of the capital idle. */
  hold(sliceMs: number, targets: readonly Required<Target>[]): void {
    const before = this.trades.length;
    for (const [i, target] of targets.entries()) {
      const track = this.#trackOf.get(target.symbol)!;
      const entryRow = track.entryRow(sliceMs, this.#withinMs);
      const exitRow = track.exitRow(sliceMs + this.#settings.windowMs, this.#withinMs);
      if (entryRow === undefined) this.#droppedEntry++;
      else if (exitRow === undefined) this.#droppedExit++;
      else this.trades.push(this.#trade(sliceMs, i + 1, target, track, entryRow, exitRow));
    }
    if (targets.length === 0) this.#empty++;
    else if (this.trades.length === before) this.#dropped++;
    else this.#traded++;
  }

  counts(): SliceCounts {
    const [traded, empty, dropped] = [this.#traded, this.#empty, this.#dropped];
    const total = traded + empty + dropped;
    return {
      total,
      traded,
      empty,
      dropped,
      droppedEntry: this.#droppedEntry,
      droppedExit: this.#droppedExit,
    };
  }

  #trade(
    sliceMs: number,
    rank: number,
    { symbol, weight, score }: Required<Target>,
    track: SymbolTrack,
    entryRow: number,
    exitRow: number,
  ): Trade {
    const { timestamp, open } = track.candles;
    const direction = weight > 0 ? "long" : "short";
    return {
      sliceMs,
      symbol,
      direction,
      rank,
      weight: Math.abs(weight),
      score,
      entryTime: timestamp[entryRow],
      entryPrice: open[entryRow],
      exitTime: timestamp[exitRow],
      exitPrice: open[exitRow],
      ...positionOutcome(track.candles, entryRow, exitRow, direction, this.#cost),
      features: track.featureValues(),
    };
  }
}
