import type { Backtest, EquityColumn, OrderColumn, TradeColumn } from "#engine/backtest/result.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import type { Table, TableColumn, TextColumn } from "#engine/core/table.ts";

/** Texts as the engine's tables hold them. */
export function texts(rows: readonly string[]): TextColumn {
  const values = [...new Set(rows)];
  return { codes: Int32Array.from(rows, (text) => values.indexOf(text)), values };
}

function tableOf<Name extends string>(
  names: readonly Name[],
  records: readonly Record<Name, unknown>[],
): Table<Name> {
  const columns = names.map((name): [Name, TableColumn] => {
    const isText = records.some((record) => typeof record[name] === "string");
    return [
      name,
      isText
        ? texts(records.map((record) => String(record[name])))
        : Float64Array.from(records, (record) => Number(record[name])),
    ];
  });
  return { rows: records.length, columns: Object.fromEntries(columns) as Record<Name, TableColumn> };
}

const ORDER: OrderColumn[] = [
  ...([
    "clientOrderId",
    "symbol",
    "strategy",
    "side",
    "type",
    "status",
    "amount",
    "filled",
    "average",
    "price",
  ] as const),
  ...(["triggerPrice", "timeInForce", "reduceOnly", "submitTime", "endTime", "reason", "tag"] as const),
];
const TRADE: TradeColumn[] = [
  ...([
    "symbol",
    "strategy",
    "direction",
    "entryTime",
    "entryPrice",
    "exitTime",
    "exitPrice",
    "amount",
    "profit",
  ] as const),
  ...([
    "return",
    "fees",
    "funding",
    "maxAdverseExcursion",
    "maxFavourableExcursion",
    "bars",
    "entryReason",
  ] as const),
  ...(["exitReason", "stopPrice", "targetPrice", "riskMultiple"] as const),
];
const EQUITY: EquityColumn[] = [
  ...([
    "time",
    "equity",
    "cash",
    "exposure",
    "netExposure",
    "drawdown",
    "openPositions",
    "marginUsed",
  ] as const),
];

/**
 * A result of the engine's shape over the given candles, one position at a time at seeded places: enough to draw. Its
 * numbers hang together (the equity is that of the trades) but no engine made them.
 */
export function sampleBacktest(universe: readonly Candles[], everyBars = 40): Backtest {
  const random = Random.seeded(3).stream("sample");
  const start = 10_000;
  const trades: Record<TradeColumn, number | string>[] = [];
  const orders: Record<OrderColumn, number | string>[] = [];
  const equity: Record<EquityColumn, number>[] = [];
  const step = universe[0].timestamp[1] - universe[0].timestamp[0];
  let account = start;
  let peak = start;
  let fees = 0;
  for (let row = 0; row < universe[0].timestamp.length; row += everyBars) {
    const candles = universe[Math.floor(random.uniform() * universe.length)];
    const exit = Math.min(
      row + 5 + Math.floor(random.uniform() * (everyBars - 8)),
      candles.timestamp.length - 1,
    );
    const direction = random.uniform() < 0.65 ? 1 : -1;
    const [entryPrice, exitPrice] = [candles.open[row], candles.open[exit]];
    const amount = (0.5 * account) / entryPrice;
    const fee = 0.001 * amount * (entryPrice + exitPrice);
    const profit = direction * amount * (exitPrice - entryPrice) - fee;
    const low = Math.min(...candles.low.subarray(row, exit));
    const high = Math.max(...candles.high.subarray(row, exit));
    const [down, up] = [1 - low / entryPrice, high / entryPrice - 1];
    const stopPrice = entryPrice * (1 - direction * 0.02);
    const targetPrice = entryPrice * (1 + direction * 0.04);
    for (let i = row; i < Math.min(row + everyBars, candles.timestamp.length); i++) {
      const held = i < exit;
      const value = held
        ? account + direction * amount * (candles.close[i] - entryPrice) - fee / 2
        : account + profit;
      peak = Math.max(peak, value);
      const exposure = held ? (amount * candles.close[i]) / value : 0;
      equity.push({
        time: candles.timestamp[i] + step,
        equity: value,
        cash: held ? value - direction * amount * candles.close[i] : value,
        exposure,
        netExposure: direction * exposure,
        drawdown: 1 - value / peak,
        openPositions: held ? 1 : 0,
        marginUsed: 0,
      });
    }
    const common = { symbol: candles.symbol, strategy: "sample" };
    const n = trades.length + 1;
    trades.push({
      ...common,
      direction: direction > 0 ? "long" : "short",
      ...{
        entryTime: candles.timestamp[row],
        entryPrice,
        exitTime: candles.timestamp[exit],
        exitPrice,
        amount,
        profit,
      },
      return: profit / (amount * entryPrice),
      ...{
        fees: fee,
        funding: 0,
        bars: exit - row,
        entryReason: "cross",
        exitReason: profit > 0 ? "target" : "stop",
      },
      maxAdverseExcursion: Math.max(0, direction > 0 ? down : up),
      maxFavourableExcursion: Math.max(0, direction > 0 ? up : down),
      ...{ stopPrice, targetPrice, riskMultiple: profit / (0.02 * amount * entryPrice) },
    });
    const side = direction > 0 ? ["buy", "sell"] : ["sell", "buy"];
    const order = {
      ...common,
      timeInForce: "GTC",
      amount,
      submitTime: candles.timestamp[row],
      reason: "",
      tag: "",
    };
    orders.push(
      {
        ...order,
        orderId: 3 * n - 2,
        clientOrderId: `${n}-entry`,
        side: side[0],
        type: "market",
        status: "filled",
        filled: amount,
        average: entryPrice,
        price: NaN,
        triggerPrice: NaN,
        reduceOnly: "false",
        endTime: candles.timestamp[row],
      },
      {
        ...order,
        orderId: 3 * n - 1,
        clientOrderId: `${n}-stop`,
        side: side[1],
        type: "stop",
        status: profit > 0 ? "canceled" : "filled",
        filled: 0,
        average: NaN,
        price: NaN,
        triggerPrice: stopPrice,
        reduceOnly: "true",
        endTime: candles.timestamp[exit],
      },
      {
        ...order,
        orderId: 3 * n,
        clientOrderId: `${n}-target`,
        side: side[1],
        type: "limit",
        status: profit > 0 ? "filled" : "canceled",
        filled: 0,
        average: NaN,
        price: targetPrice,
        triggerPrice: NaN,
        reduceOnly: "true",
        endTime: candles.timestamp[exit],
      },
    );
    account += profit;
    fees += fee;
  }
  const profits = trades.map(({ profit }) => Number(profit));
  const metrics: Backtest["metrics"] = {
    ...{ startingBalance: start, finalEquity: account, totalReturn: account / start - 1, annualReturn: 0.21 },
    ...{
      annualVolatility: 0.3,
      sharpe: 0.84,
      sortino: 1.2,
      maxDrawdown: equity.reduce((most, { drawdown }) => Math.max(most, drawdown), 0),
    },
    ...{
      calmar: 1.4,
      tradeCount: trades.length,
      winRate: profits.filter((p) => p > 0).length / profits.length,
    },
    profitFactor:
      profits.reduce((a, p) => a + Math.max(p, 0), 0) / -profits.reduce((a, p) => a + Math.min(p, 0), 0),
    ...{
      meanTradeReturn: 0.001,
      medianTradeReturn: 0.0005,
      expectancy: 3,
      timeInMarket: 0.5,
      meanExposure: 0.3,
      turnover: 12,
    },
  };
  const symbols = universe.map(({ symbol }) => symbol);
  const ofEquity = tableOf(EQUITY, equity);
  return {
    strategies: [
      {
        ...{ name: "sample", hash: "a".repeat(64), parameters: { length: 20 }, weight: 1, symbols, metrics },
        equity: {
          rows: ofEquity.rows,
          columns: { time: ofEquity.columns.time, equity: ofEquity.columns.equity },
        },
      },
    ],
    strategy: { name: "sample", hash: "a".repeat(64) },
    parameters: { length: 20 },
    settings: {
      startingBalance: start,
      feeBps: 10,
      slippageBps: 0,
      fillModel: "nextOpen",
      delayBars: 0,
      seed: 1,
    },
    assumptions: {
      record: { fillModel: "nextOpen" },
      sentences: [
        "Market orders fill at the open of the candle after the decision.",
        "Where a stop and a target lie in one candle, the stop comes first.",
        "Fees are 10 bps of each side's value, for makers and takers alike; no slippage.",
      ],
    },
    universe: {
      ...{ exchanges: ["simulated"], symbols, timeframe: universe[0].timeframe, detail: {} },
      ...{ firstMs: universe[0].timestamp[0], lastMs: universe[0].timestamp.at(-1) ?? 0, simulated: true },
    },
    orders: tableOf(ORDER, orders),
    fills: tableOf(
      [
        "tradeId",
        "time",
        "orderId",
        "symbol",
        "strategy",
        "side",
        "price",
        "amount",
        "fee",
        "slippage",
        "liquidity",
        "reason",
      ],
      [],
    ),
    trades: tableOf(TRADE, trades),
    positions: tableOf(["time", "symbol", "strategy", "amount", "entryPrice", "realised"], []),
    equity: ofEquity,
    riskEvents: tableOf(
      ["time", "rule", "market", "value", "limit", "action", "untilMs", "message"],
      [
        {
          ...{
            time: universe[0].timestamp[300],
            rule: "dailyLoss",
            market: "",
            value: 0.052,
            limit: 0.05,
            action: "pause",
            untilMs: universe[0].timestamp[300] + 3_600_000,
          },
          message: "The account lost 5.2 % since midnight; the limit is 5 %. It pauses for an hour.",
        },
      ],
    ),
    costs: { fees, slippage: 31.4, funding: 0, liquidation: 0 },
    metrics,
    dataHash: "d".repeat(64),
    hash: "e".repeat(64),
    path: "event",
    engineVersion: "0.1.0",
  };
}
