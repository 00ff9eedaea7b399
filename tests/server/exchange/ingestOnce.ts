/**
 * A program of its own for tests that kill it: fetches BTC/USDT 1m from the exchange whose ccxt settings are given
 * into the lake whose folder is given. Arguments: settings as JSON, lake's folder, fromMs, toMs, batchRows.
 */

import { openExchange } from "#server/exchange/ccxt.ts";
import { systemClock } from "#server/exchange/clock.ts";
import { ingest } from "#server/exchange/ingest.ts";
import { openLake } from "#server/lake/lake.ts";

const [settings, folder, fromMs, toMs, batchRows] = process.argv.slice(2);
const exchange = await openExchange("binance", { settings: JSON.parse(settings) });
await ingest(
  { exchange, lake: openLake(folder), clock: systemClock },
  { symbol: "BTC/USDT", timeframe: "1m", fromMs: Number(fromMs), toMs: Number(toMs) },
  { batchRows: Number(batchRows) },
);
await exchange.close();
