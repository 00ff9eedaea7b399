/** One made-up market: how large its moves are, what it moves with, how much is traded. */
export type SimulatedMarket = {
  symbol: string;
  /** Price at the start, in USDT. */
  price: number;
  /** Decimals of the price, as a real exchange lists it. */
  priceDecimals: number;
  /** Decimals of the volume. */
  volumeDecimals: number;
  /** USDT traded in a usual 5 minutes. */
  turnover: number;
  /** Multiples of the market's move and of the sector's move that the symbol takes part in. */
  beta: number;
  sector: "major" | "platform" | "payment" | "finance";
  /** Standard deviation of the symbol's own move in 5 minutes. */
  ownDeviation: number;
  /** Whether momentum episodes are planted in it. */
  planted: boolean;
};

/** Standard deviation of the market's and of a sector's common move in 5 minutes. */
export const MARKET_DEVIATION = 0.0012;
export const SECTOR_DEVIATION = 0.0006;

/** Prices and turnover are of the size that the real symbols had; the rest is invented. */
export const MARKETS: readonly SimulatedMarket[] = [
  {
    symbol: "BTC/USDT",
    price: 60_000,
    priceDecimals: 2,
    volumeDecimals: 5,
    turnover: 5e6,
    beta: 1,
    sector: "major",
    ownDeviation: 0.0006,
    planted: false,
  },
  {
    symbol: "ETH/USDT",
    price: 3_200,
    priceDecimals: 2,
    volumeDecimals: 4,
    turnover: 3e6,
    beta: 1.1,
    sector: "major",
    ownDeviation: 0.0008,
    planted: false,
  },
  {
    symbol: "BNB/USDT",
    price: 540,
    priceDecimals: 1,
    volumeDecimals: 3,
    turnover: 8e5,
    beta: 0.9,
    sector: "major",
    ownDeviation: 0.001,
    planted: true,
  },
  {
    symbol: "SOL/USDT",
    price: 145,
    priceDecimals: 2,
    volumeDecimals: 3,
    turnover: 1.2e6,
    beta: 1.4,
    sector: "platform",
    ownDeviation: 0.0015,
    planted: true,
  },
  {
    symbol: "XRP/USDT",
    price: 0.62,
    priceDecimals: 4,
    volumeDecimals: 0,
    turnover: 7e5,
    beta: 0.95,
    sector: "payment",
    ownDeviation: 0.0014,
    planted: false,
  },
  {
    symbol: "ADA/USDT",
    price: 0.58,
    priceDecimals: 4,
    volumeDecimals: 1,
    turnover: 4e5,
    beta: 1.15,
    sector: "platform",
    ownDeviation: 0.0015,
    planted: true,
  },
  {
    symbol: "DOGE/USDT",
    price: 0.155,
    priceDecimals: 5,
    volumeDecimals: 0,
    turnover: 9e5,
    beta: 1.3,
    sector: "payment",
    ownDeviation: 0.002,
    planted: false,
  },
  {
    symbol: "AVAX/USDT",
    price: 38,
    priceDecimals: 2,
    volumeDecimals: 2,
    turnover: 3.5e5,
    beta: 1.35,
    sector: "platform",
    ownDeviation: 0.0017,
    planted: true,
  },
  {
    symbol: "LINK/USDT",
    price: 17.5,
    priceDecimals: 2,
    volumeDecimals: 2,
    turnover: 3e5,
    beta: 1.2,
    sector: "finance",
    ownDeviation: 0.0016,
    planted: true,
  },
  {
    symbol: "DOT/USDT",
    price: 7.4,
    priceDecimals: 3,
    volumeDecimals: 2,
    turnover: 2e5,
    beta: 1.2,
    sector: "platform",
    ownDeviation: 0.0015,
    planted: false,
  },
  {
    symbol: "LTC/USDT",
    price: 84,
    priceDecimals: 2,
    volumeDecimals: 3,
    turnover: 2.5e5,
    beta: 0.9,
    sector: "payment",
    ownDeviation: 0.0013,
    planted: false,
  },
  {
    symbol: "UNI/USDT",
    price: 9.8,
    priceDecimals: 3,
    volumeDecimals: 2,
    turnover: 1.8e5,
    beta: 1.25,
    sector: "finance",
    ownDeviation: 0.0019,
    planted: true,
  },
];
