/** How often the shell asks whether the frame still answers, and after how much silence it says so. */
export const PING_MS = 500;
export const SILENCE_MS = 2000;

/**
 * Counts unanswered pings rather than time: when the shell itself was busy, its own late timer must not be
 * held against the frame.
 */
export class Heartbeat {
  #sent = 0;
  #answered = 0;

  /** One beat: the number to ping with, and whether the frame has been silent for too long. */
  beat(): { n: number; silent: boolean } {
    const silent = (this.#sent - this.#answered) * PING_MS >= SILENCE_MS;
    return { n: ++this.#sent, silent };
  }

  /** An answer; true when it ends a silence that may have been reported. A number never sent is ignored. */
  answer(n: number): boolean {
    if (!Number.isInteger(n) || n <= this.#answered || n > this.#sent) return false;
    this.#answered = n;
    return true;
  }

  /** Forgets what is unanswered, after the page was hidden and timers slept. */
  forgive(): void {
    this.#answered = this.#sent;
  }
}
