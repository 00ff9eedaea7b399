import * as engine from "#engine";
import { simulateUniverse } from "#datasets/simulatedUniverse.ts";
const s = simulateUniverse(); const u = s.symbols.map((x) => s.candles(x));
if (process.argv[2] === "seal") engine.sealedNames(engine);
const best: number[] = [];
for (let i = 0; i < 12; i++) { const c = process.cpuUsage(); engine.evaluate(engine.builtInStrategy("macd-rsi-confluence"), u); best.push(process.cpuUsage(c).user / 1000); }
console.log(process.argv[2], Math.min(...best), best.map(Math.round).join(" "));
