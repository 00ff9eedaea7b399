/**
 * The account of a lone market, by the arithmetic of `Portfolio`: one wallet, and one position that is opened by one
 * fill and left by one. `amount` and `price` are columns of one row, as views of a portfolio read them.
 */
export class LoneAccount {
  readonly amount = new Float64Array(1);
  readonly price = new Float64Array(1).fill(Number.NaN);
  balance: number;
  /** Signed as the amount: amount × entry price. */
  cost = 0;
  /** What an isolated position holds of the wallet. */
  margin = 0;
  /** UTC milliseconds; NaN while flat. */
  entryTime = Number.NaN;
  readonly #isSpot: boolean;
  readonly #leverage: number;

  constructor(balance: number, isSpot: boolean, leverage: number) {
    this.balance = balance;
    this.#isSpot = isSpot;
    this.#leverage = leverage;
  }

  unrealised(): number {
    const amount = this.amount[0];
    return amount === 0 ? 0 : amount * this.price[0] - this.cost;
  }

  entryPrice(): number {
    return this.amount[0] === 0 ? Number.NaN : this.cost / this.amount[0];
  }

  equity(): number {
    return this.balance + this.unrealised();
  }

  /** What a new order may use. */
  free(): number {
    if (this.amount[0] === 0) return this.balance;
    return this.balance - (this.#isSpot ? this.cost : this.margin);
  }

  /** A fill that opens a position, of a signed amount. */
  open(signed: number, price: number, fee: number, time: number): void {
    this.amount[0] = signed;
    this.cost = signed * price;
    this.margin = this.#isSpot ? 0 : Math.abs(signed * price) / this.#leverage;
    this.entryTime = time;
    this.balance -= fee;
  }

  /** A fill that leaves nothing; what it realised, before the fee. */
  leave(price: number, fee: number): number {
    const realised = this.amount[0] * price - this.cost;
    this.amount[0] = 0;
    this.cost = 0;
    this.margin = 0;
    this.entryTime = Number.NaN;
    this.balance += realised - fee;
    return realised;
  }
}
