export type Toast = {
  id: number;
  text: string;
  tone: "plain" | "fail";
  action?: { label: string; run: () => void };
};

/** Short words at the foot of the page; one with a way back stays longer than one without. */
class ToastState {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  say(text: string, options: { tone?: Toast["tone"]; action?: Toast["action"] } = {}): number {
    const id = this.#next++;
    this.list = [...this.list.slice(-3), { id, text, tone: options.tone ?? "plain", action: options.action }];
    // A failure stays until it is read; the rest goes by itself.
    if (options.tone !== "fail") setTimeout(() => this.dismiss(id), options.action ? 12_000 : 5_000);
    return id;
  }

  fail(error: unknown): void {
    this.say(error instanceof Error ? error.message : String(error), { tone: "fail" });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new ToastState();
