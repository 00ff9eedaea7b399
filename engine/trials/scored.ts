import { hashPlain } from "../core/hash.ts";
import { type KeptValues, keptValues } from "./keptValues.ts";

/** What a search made of a point: enough to go on with the search later without computing the point again. Plain data. */
export type Scored = {
  /** Hash of all that the losses depend on besides the parameters; two searches of one hash may share their points. */
  readonly search: string;
  /** One for each objective; none where the point was given up on the way, or where a loss is undefined. */
  readonly losses: readonly number[];
  /** Why a loss is undefined. */
  readonly reason?: string;
  /** Losses on the way, each with its step, in order. */
  readonly reports?: readonly (readonly [step: number, loss: number])[];
};

/** A scored point by itself: what a ledger answers to who goes on with a search. */
export type ScoredPoint = Scored & { readonly parameters: KeptValues };

type ScoredTrial = { readonly parameters: KeptValues; readonly scored?: Scored };

/** Scored points by their search and parameters; of two of one point the later stands. */
export class ScoredPoints {
  readonly #searches = new Map<string, Map<string, ScoredPoint>>();

  /** Of points that came from elsewhere, a ledger in another thread say. */
  static from(points: readonly ScoredPoint[]): ScoredPoints {
    const all = new ScoredPoints();
    for (const { parameters, ...scored } of points) all.add({ parameters, scored });
    return all;
  }

  /** Takes in what a trial says of its search; a trial without a search is passed over. */
  add({ parameters, scored }: ScoredTrial): void {
    if (scored === undefined) return;
    let points = this.#searches.get(scored.search);
    if (points === undefined) this.#searches.set(scored.search, (points = new Map()));
    points.set(hashPlain(parameters), { parameters, ...scored });
  }

  /** Whether the trial says nothing that is not here already. */
  covers({ parameters, scored }: ScoredTrial): boolean {
    return scored === undefined || this.#searches.get(scored.search)?.has(hashPlain(parameters)) === true;
  }

  /** The point of a search with these parameters, every default filled in. */
  find(search: string, parameters: Readonly<Record<string, unknown>>): ScoredPoint | undefined {
    return this.#searches.get(search)?.get(hashPlain(keptValues(parameters)));
  }

  /** All points of a search, in the order in which they came. */
  of(search: string): ScoredPoint[] {
    return [...(this.#searches.get(search)?.values() ?? [])];
  }
}
