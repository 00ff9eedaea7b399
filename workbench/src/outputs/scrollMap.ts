/**
 * The tallest content a browser is given. Chromium ends near 33 million pixels, Firefox near 17; below 2²⁴ every whole
 * pixel is also exact in the compositor's single-precision floats.
 */
const MAX_CONTENT_PX = 15_000_000;

/**
 * Where a table stands, in pixels of its full height, and what its scroll bar should say. Up to `MAX_CONTENT_PX` the
 * two are one. Beyond, small movements (wheel, touch, keys) move the rows one to one, while a long one (the thumb
 * dragged, the track clicked) is a place in the whole. Near both ends the bar runs one to one as well, so that the
 * first and the last row are reached like any other.
 */
export class ScrollMap {
  /** First visible pixel of the rows, 0 … `lastTop`. */
  top = 0;
  #bar = 0;
  readonly #margin: number;

  constructor(
    readonly totalPx: number,
    readonly viewportPx: number,
    readonly maxContentPx = MAX_CONTENT_PX,
  ) {
    this.#margin = 2 * viewportPx;
  }

  /** Height that the scrolled content is given. */
  get contentPx(): number {
    return Math.min(this.totalPx, this.maxContentPx);
  }

  get lastTop(): number {
    return Math.max(0, this.totalPx - this.viewportPx);
  }

  get isScaled(): boolean {
    return this.totalPx > this.maxContentPx;
  }

  /** Where the scroll bar was last seen or put. */
  get placed(): number {
    return this.#bar;
  }

  /** Near an end, and the bar not where it belongs: it must be put there, or one of the two ends first. */
  get isAstray(): boolean {
    if (!this.isScaled) return false;
    const isNearEnd = (place: number, last: number): boolean =>
      place < this.#margin || place > last - this.#margin;
    if (!isNearEnd(this.#bar, this.#lastBar) && !isNearEnd(this.top, this.lastTop)) return false;
    return Math.abs(this.#bar - this.#barFor(this.top)) >= 1;
  }

  /** The scroll bar was moved by the person. */
  scrolled(bar: number): void {
    const moved = bar - this.#bar;
    this.#bar = bar;
    if (!this.isScaled) this.top = this.#within(bar);
    else if (Math.abs(moved) <= this.#margin) this.top = this.#within(this.top + moved);
    else this.top = this.#within(this.#topFor(bar));
  }

  /** Shows the rows from `top` on; returns where the scroll bar must be put. */
  moveTo(top: number): number {
    this.top = this.#within(top);
    this.#bar = this.#barFor(this.top);
    return this.#bar;
  }

  get #lastBar(): number {
    return Math.max(0, this.contentPx - this.viewportPx);
  }

  /** Pixels of the rows for one of the bar, between the two margins. */
  get #scale(): number {
    return (this.lastTop - 2 * this.#margin) / (this.#lastBar - 2 * this.#margin);
  }

  #barFor(top: number): number {
    if (!this.isScaled || top <= this.#margin) return top;
    if (top >= this.lastTop - this.#margin) return this.#lastBar - (this.lastTop - top);
    return Math.round(this.#margin + (top - this.#margin) / this.#scale);
  }

  #topFor(bar: number): number {
    if (bar <= this.#margin) return bar;
    if (bar >= this.#lastBar - this.#margin) return this.lastTop - (this.#lastBar - bar);
    return this.#margin + (bar - this.#margin) * this.#scale;
  }

  #within(top: number): number {
    return Math.min(Math.max(top, 0), this.lastTop);
  }
}
