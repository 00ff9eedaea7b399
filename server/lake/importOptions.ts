import { z } from "zod";
import { DIALECTS } from "./import/dialects.ts";

const name = z.string().trim().min(1).max(200);
const dialects = Object.keys(DIALECTS) as [keyof typeof DIALECTS, ...(keyof typeof DIALECTS)[]];

/** What an import may be told; the importer checks what it means. */
export const importOptions = z.strictObject({
  exchange: name.optional(),
  market: name.optional(),
  symbol: name.optional(),
  timeframe: name.optional(),
  dialect: z.enum(dialects).optional(),
  map: z
    .partialRecord(
      z.enum(["timestamp", "date", "time", "open", "high", "low", "close", "volume", "symbol"]),
      name,
    )
    .optional(),
  dateFormat: z.enum(["unix", "iso", "monthFirst", "dayFirst"]).optional(),
  timestamps: z.enum(["open", "close", "inside"]).optional(),
  onConflict: z.enum(["keep", "replace"]).optional(),
});
