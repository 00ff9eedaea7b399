import type { Random } from "../core/random.ts";
import type { Point, Space } from "./space.ts";

const DRAWS = 16;
/** The largest space that is looked through for a point that is left. */
const SMALL = 65_536;

/** The points that a sampler has suggested or was told of. */
export class SeenPoints {
  readonly #keys = new Set<string>();

  constructor(readonly space: Space) {}

  add(point: Point): void {
    this.#keys.add(this.space.key(point));
  }

  has(point: Point): boolean {
    return this.hasKey(this.space.key(point));
  }

  /** The same for a point of which the space's key is at hand. */
  hasKey(key: string): boolean {
    return this.#keys.has(key);
  }

  /**
   * A drawn point that is new, if there is one in a few draws; else, in a small space, one that is left, counted from a
   * random place; else the last one drawn.
   */
  fresh(random: Random, draw: () => Point): Point {
    let point = draw();
    for (let i = 1; i < DRAWS && this.has(point); i++) point = draw();
    const { size } = this.space;
    if (!this.has(point) || size > SMALL || this.#keys.size >= size) return point;
    const start = random.integer(0, size - 1);
    for (let i = 0; i < size; i++) {
      const candidate = this.space.pointAt((start + i) % size);
      if (!this.has(candidate)) return candidate;
    }
    return point;
  }
}
