/**
 * The tallest content a browser is given. Chromium ends near 33 million pixels, Firefox near 17; below 2²⁴ every whole
 * pixel is also exact in the compositor's single-precision floats.
 */
const MAX_CONTENT_PX = 15_000_000;

/**
 * Where a table stands, in pixels of its full height, and what its scroll bar should say. Up to `MAX_CONTENT_PX` the
 * two are one. Beyond, small movements (wheel, touch, keys) move the rows one to one, while a long one (the thumb
 * dragged, the track clicked) is a place in the whole.
 */
export class ScrollMap {
  /** First visible pixel of the rows, 0 … `lastTop`. */
  top = 0;
  #bar = 0;

  constructor(
    readonly totalPx: number,
    readonly viewportPx: number,
    readonly maxContentPx = MAX_CONTENT_PX,
  ) {}

  /** Height that the scrolled content is given. */
  get contentPx(): number {
    return Math.min(this.totalPx, this.maxContentPx);
  }

  get lastTop(): number {
    return Math.max(0, this.totalPx - this.viewportPx);
  }

  get #lastBar(): number {
    return Math.max(0, this.contentPx - this.viewportPx);
  }

  get isScaled(): boolean {
    return this.totalPx > this.maxContentPx;
  }

  /** Where the scroll bar belongs for the rows that are shown. */
  get bar(): number {
    if (!this.isScaled) return this.top;
    return this.lastTop === 0 ? 0 : Math.round((this.top / this.lastTop) * this.#lastBar);
  }

  /** Where the scroll bar was last seen or put. */
  get placed(): number {
    return this.#bar;
  }

  /** The scroll bar was moved by the person. */
  scrolled(bar: number): void {
    const moved = bar - this.#bar;
    this.#bar = bar;
    if (!this.isScaled) this.top = this.#within(bar);
    else if (bar <= 0) this.top = 0;
    else if (bar >= this.#lastBar) this.top = this.lastTop;
    else if (Math.abs(moved) <= 2 * this.viewportPx) this.top = this.#within(this.top + moved);
    else this.top = (bar / this.#lastBar) * this.lastTop;
  }

  /** Shows the rows from `top` on; returns where the scroll bar must be put. */
  moveTo(top: number): number {
    this.top = this.#within(top);
    this.#bar = this.bar;
    return this.#bar;
  }

  #within(top: number): number {
    return Math.min(Math.max(top, 0), this.lastTop);
  }
}
