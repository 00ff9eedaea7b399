import { EngineError } from "../core/errors.ts";

/** What the portfolio needs to know of a market. */
export type PortfolioMarket = {
  readonly id: string;
  /** Index of its venue. */
  readonly venue: number;
  readonly isSpot: boolean;
  readonly isCross: boolean;
};

/** One wallet. */
export type PortfolioVenue = { readonly exchange: string; readonly startingBalance: number };

/** A position is flat when what is left is below this part of what was there: the rounding of sums, not a holding. */
const DUST = 1e-12;

/**
 * The account: one wallet in quote currency for each venue, one position for each market, by average cost.
 *
 * Ledger: `balance = starting balance + realised − fees − funding`, `equity = balance + unrealised`. A spot holding is
 * booked like a position whose whole cost is its margin, which gives the same equity as a wallet of both currencies.
 * Strategies that share the account each have a sub-ledger of the same kind over the markets they trade; no two trade
 * the same one at a time. Markets, venues and owners are indices. Columns are for reading.
 */
export class Portfolio {
  /** Signed base amount held: long > 0. */
  readonly amount: Float64Array;
  /** Average-cost value of what is held, signed as the amount: `amount × entry price`. */
  readonly cost: Float64Array;
  /** Last price of each market; NaN before its first. */
  readonly price: Float64Array;
  /** Margin posted for an isolated position, in quote currency. */
  readonly isolatedMargin: Float64Array;
  /** Leverage of the open position, else what the next one has unless its order says. */
  readonly leverage: Float64Array;
  /** The strategy whose position it is; −1 while flat. */
  readonly owner: Int32Array;
  /** By market since the start, in quote currency; fees and funding are above zero where they were paid. */
  readonly realised: Float64Array;
  readonly fees: Float64Array;
  readonly funding: Float64Array;
  /** By venue. `reserved` is set aside for resting orders. */
  readonly balance: Float64Array;
  readonly reserved: Float64Array;
  /** Indices of the markets with a position, rising; the first `openCount` entries hold. */
  readonly openMarkets: Int32Array;
  openCount = 0;
  /** Goes up with whatever changes a position or a wallet; prices alone do not. */
  changes = 0;

  readonly #markets: readonly PortfolioMarket[];
  readonly #venues: readonly PortfolioVenue[];
  readonly #ownerRealised: number[] = [];
  readonly #ownerFees: number[] = [];
  readonly #ownerFunding: number[] = [];

  constructor(
    markets: readonly PortfolioMarket[],
    venues: readonly PortfolioVenue[],
    leverage: readonly number[],
  ) {
    const { length } = markets;
    this.#markets = markets;
    this.#venues = venues;
    this.amount = new Float64Array(length);
    this.cost = new Float64Array(length);
    this.price = new Float64Array(length).fill(Number.NaN);
    this.isolatedMargin = new Float64Array(length);
    this.leverage = Float64Array.from(leverage);
    this.owner = new Int32Array(length).fill(-1);
    this.realised = new Float64Array(length);
    this.fees = new Float64Array(length);
    this.funding = new Float64Array(length);
    this.balance = Float64Array.from(venues, ({ startingBalance }) => startingBalance);
    this.reserved = new Float64Array(venues.length);
    this.openMarkets = new Int32Array(length);
  }

  /** All wallets and positions at the last prices, in quote currency. */
  equity(): number {
    let equity = 0;
    for (let v = 0; v < this.balance.length; v++) equity += this.balance[v];
    for (let k = 0; k < this.openCount; k++) equity += this.unrealised(this.openMarkets[k]);
    return equity;
  }

  /** All wallets together, without the unrealised profit of positions. */
  balanceTotal(): number {
    let sum = 0;
    for (let v = 0; v < this.balance.length; v++) sum += this.balance[v];
    return sum;
  }

  venueEquity(venue: number): number {
    let equity = this.balance[venue];
    for (let k = 0; k < this.openCount; k++) {
      const market = this.openMarkets[k];
      if (this.#markets[market].venue === venue) equity += this.unrealised(market);
    }
    return equity;
  }

  startingBalance(): number {
    let sum = 0;
    for (const { startingBalance } of this.#venues) sum += startingBalance;
    return sum;
  }

  /** Profit of the open position at the last price; 0 while flat. */
  unrealised(market: number): number {
    const amount = this.amount[market];
    return amount === 0 ? 0 : amount * this.price[market] - this.cost[market];
  }

  /** Average entry price; NaN while flat. */
  entryPrice(market: number): number {
    return this.amount[market] === 0 ? Number.NaN : this.cost[market] / this.amount[market];
  }

  /** Margin that the open position holds; 0 on spot and while flat. */
  marginUsed(market: number): number {
    const { isSpot, isCross } = this.#markets[market];
    if (isSpot) return 0;
    return isCross ? Math.abs(this.cost[market]) / this.leverage[market] : this.isolatedMargin[market];
  }

  /** Margin that all open positions hold. */
  totalMarginUsed(): number {
    let sum = 0;
    for (let k = 0; k < this.openCount; k++) sum += this.marginUsed(this.openMarkets[k]);
    return sum;
  }

  /**
   * What a new order may use of a venue's wallet: the balance without what spot holdings cost, margins hold and resting
   * orders have set aside; the unrealised profit or loss of cross positions counts.
   */
  free(venue: number): number {
    let free = this.balance[venue] - this.reserved[venue];
    for (let k = 0; k < this.openCount; k++) {
      const market = this.openMarkets[k];
      const { venue: its, isSpot, isCross } = this.#markets[market];
      if (its !== venue) continue;
      if (isSpot) free -= this.cost[market];
      else if (!isCross) free -= this.isolatedMargin[market];
      else free += this.unrealised(market) - Math.abs(this.cost[market]) / this.leverage[market];
    }
    return free;
  }

  /** Cash in all wallets: balances less what spot holdings cost. */
  cash(): number {
    let cash = 0;
    for (let v = 0; v < this.balance.length; v++) cash += this.balance[v];
    for (let k = 0; k < this.openCount; k++) {
      if (this.#markets[this.openMarkets[k]].isSpot) cash -= this.cost[this.openMarkets[k]];
    }
    return cash;
  }

  /** Sum of the absolute position values at the last prices. */
  grossExposure(): number {
    let sum = 0;
    for (let k = 0; k < this.openCount; k++) {
      sum += Math.abs(this.amount[this.openMarkets[k]] * this.price[this.openMarkets[k]]);
    }
    return sum;
  }

  /** Sum of the signed position values at the last prices. */
  netExposure(): number {
    let sum = 0;
    for (let k = 0; k < this.openCount; k++) {
      sum += this.amount[this.openMarkets[k]] * this.price[this.openMarkets[k]];
    }
    return sum;
  }

  ownerRealised(owner: number): number {
    return this.#ownerRealised[owner] ?? 0;
  }
  ownerFees(owner: number): number {
    return this.#ownerFees[owner] ?? 0;
  }
  ownerFunding(owner: number): number {
    return this.#ownerFunding[owner] ?? 0;
  }
  ownerUnrealised(owner: number): number {
    let sum = 0;
    for (let k = 0; k < this.openCount; k++) {
      if (this.owner[this.openMarkets[k]] === owner) sum += this.unrealised(this.openMarkets[k]);
    }
    return sum;
  }
  /** What a strategy has added to the account so far: realised + unrealised − fees − funding. */
  ownerProfit(owner: number, unrealised: number = this.ownerUnrealised(owner)): number {
    return this.ownerRealised(owner) + unrealised - this.ownerFees(owner) - this.ownerFunding(owner);
  }

  /** @internal Books a fill of a signed amount and says what it realised, before the fee. */
  bookFill(
    market: number,
    owner: number,
    signed: number,
    price: number,
    fee: number,
    leverage: number,
  ): number {
    const held = this.amount[market];
    let realised = 0;
    this.changes++;
    if (held === 0 || held > 0 === signed > 0) {
      this.#open(market, owner, signed, price, leverage);
    } else if (Math.abs(signed) < Math.abs(held) * (1 - DUST)) {
      const part = -signed / held;
      const cost = this.cost[market] * part;
      realised = -signed * price - cost;
      this.amount[market] = held + signed;
      this.cost[market] -= cost;
      this.isolatedMargin[market] -= this.isolatedMargin[market] * part;
    } else {
      realised = held * price - this.cost[market];
      const turned = signed + held;
      this.#flatten(market);
      if (Math.abs(turned) > Math.abs(held) * DUST) this.#open(market, owner, turned, price, leverage);
    }
    this.balance[this.#markets[market].venue] += realised - fee;
    this.realised[market] += realised;
    this.fees[market] += fee;
    addTo(this.#ownerRealised, owner, realised);
    addTo(this.#ownerFees, owner, fee);
    return realised;
  }

  /**
   * @internal Books funding, above zero where the account pays. What the wallet's free balance does not cover is taken
   * from an isolated position's own margin.
   */
  bookFunding(market: number, payment: number): void {
    const { venue, isSpot, isCross } = this.#markets[market];
    if (!isSpot && !isCross) {
      const short = payment - Math.max(0, this.free(venue));
      if (short > 0) this.isolatedMargin[market] = Math.max(0, this.isolatedMargin[market] - short);
    }
    this.changes++;
    this.balance[venue] -= payment;
    this.funding[market] += payment;
    addTo(this.#ownerFunding, this.owner[market], payment);
  }

  #open(market: number, owner: number, signed: number, price: number, leverage: number): void {
    if (this.amount[market] === 0) {
      this.leverage[market] = leverage;
      this.owner[market] = owner;
      this.#list(market);
    }
    this.amount[market] += signed;
    this.cost[market] += signed * price;
    const { isSpot, isCross } = this.#markets[market];
    if (!isSpot && !isCross) this.isolatedMargin[market] += Math.abs(signed * price) / this.leverage[market];
  }

  #flatten(market: number): void {
    this.amount[market] = 0;
    this.cost[market] = 0;
    this.isolatedMargin[market] = 0;
    this.owner[market] = -1;
    let at = 0;
    while (this.openMarkets[at] !== market) at++;
    this.openCount--;
    for (; at < this.openCount; at++) this.openMarkets[at] = this.openMarkets[at + 1];
  }

  /** Keeps the list rising: sums over positions then have one order, whatever was opened first. */
  #list(market: number): void {
    let at = this.openCount++;
    for (; at > 0 && this.openMarkets[at - 1] > market; at--) this.openMarkets[at] = this.openMarkets[at - 1];
    this.openMarkets[at] = market;
  }

  snapshot(): PortfolioSnapshot {
    return {
      amount: [...this.amount],
      cost: [...this.cost],
      price: Array.from(this.price, (price) => (Number.isNaN(price) ? null : price)),
      isolatedMargin: [...this.isolatedMargin],
      leverage: [...this.leverage],
      owner: [...this.owner],
      realised: [...this.realised],
      fees: [...this.fees],
      funding: [...this.funding],
      balance: [...this.balance],
      reserved: [...this.reserved],
      changes: this.changes,
      ownerRealised: [...this.#ownerRealised],
      ownerFees: [...this.#ownerFees],
      ownerFunding: [...this.#ownerFunding],
    };
  }

  /** @internal Takes over a snapshot of a portfolio of the same markets and venues. */
  load(snapshot: PortfolioSnapshot): void {
    if (snapshot.amount.length !== this.amount.length || snapshot.balance.length !== this.balance.length) {
      throw new EngineError(
        "portfolio.other-markets",
        `portfolio: the snapshot has ${snapshot.amount.length} markets on ${snapshot.balance.length} venues; expected ` +
          `${this.amount.length} on ${this.balance.length}. Restore it with the markets it was taken with.`,
      );
    }
    for (const column of COLUMNS) this[column].set(snapshot[column]);
    this.changes = snapshot.changes;
    this.price.set(snapshot.price.map((price) => price ?? Number.NaN));
    this.#ownerRealised.splice(0, Infinity, ...snapshot.ownerRealised);
    this.#ownerFees.splice(0, Infinity, ...snapshot.ownerFees);
    this.#ownerFunding.splice(0, Infinity, ...snapshot.ownerFunding);
    this.openCount = 0;
    for (let market = 0; market < this.amount.length; market++) {
      if (this.amount[market] !== 0) this.#list(market);
    }
  }
}

const COLUMNS = [
  "amount",
  "cost",
  "isolatedMargin",
  "leverage",
  "owner",
  "realised",
  "fees",
  "funding",
  "balance",
  "reserved",
] as const;

type Columns = Readonly<Record<(typeof COLUMNS)[number], readonly number[]>>;
export type PortfolioSnapshot = Columns & {
  readonly price: readonly (number | null)[];
  readonly changes: number;
  readonly ownerRealised: readonly number[];
  readonly ownerFees: readonly number[];
  readonly ownerFunding: readonly number[];
};

function addTo(sums: number[], owner: number, value: number): void {
  while (sums.length <= owner) sums.push(0);
  sums[owner] += value;
}
