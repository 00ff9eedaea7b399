import type { Candles } from "../candles/candles.ts";
import { atTimeframe } from "../candles/cut.ts";
import type { ColumnPool } from "../catalogue/columnPool.ts";
import { RecipeEvaluator } from "../catalogue/evaluate.ts";
import type { Span } from "./span.ts";

/** The candles of the span at any timeframe, and what computes recipes on them; each is made once. */
export class Evaluators {
  readonly #span: Span;
  readonly #kept: Map<string, RecipeEvaluator>;
  readonly #pool: ColumnPool | undefined;
  readonly #candles = new Map<string, Candles[]>();

  /** `kept` may be of other runs: evaluators of the same candles and span are used again. */
  constructor(span: Span, kept: Map<string, RecipeEvaluator>, pool: ColumnPool | undefined) {
    this.#span = span;
    this.#kept = kept;
    this.#pool = pool;
  }

  candlesAt(timeframe: string): readonly Candles[] {
    let list = this.#candles.get(timeframe);
    if (list === undefined) {
      const { cuts, froms } = this.#span;
      list = cuts.map((cut, m) => atTimeframe(cut, timeframe, froms[m]));
      this.#candles.set(timeframe, list);
    }
    return list;
  }

  of(timeframe: string, market: number): RecipeEvaluator {
    const { froms, endMs } = this.#span;
    const key = `${timeframe} ${market} ${froms[market]} ${endMs}`;
    let evaluator = this.#kept.get(key);
    if (evaluator === undefined) {
      const list = this.candlesAt(timeframe);
      evaluator = new RecipeEvaluator(list[market], list, this.#pool);
      this.#kept.set(key, evaluator);
    }
    return evaluator;
  }
}
