import { html } from "@codemirror/lang-html";
import { javascriptLanguage, typescriptLanguage } from "@codemirror/lang-javascript";
import { markdown } from "@codemirror/lang-markdown";
import { PostgreSQL, SQLDialect } from "@codemirror/lang-sql";
import { type Language, LanguageSupport } from "@codemirror/language";
import type { Parser } from "@lezer/common";
import type { CellMode } from "#runtime/types.ts";

/** Words of PostgreSQL that are a candle's columns here and should look like them. */
const COLUMN_NAMES: ReadonlySet<string> = new Set(["open", "close", "high", "low", "volume", "symbol"]);
const postgresWords = (PostgreSQL.spec.keywords ?? "").split(" ").filter((word) => !COLUMN_NAMES.has(word));

/** PostgreSQL's words and DuckDB's own: what the lake's tables are asked with. */
export const duckDb = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords:
    `${postgresWords.join(" ")} asof qualify pivot unpivot sample exclude replace columns ` +
    "positional anti semi summarize describe macro using limit offset",
  builtin:
    "arg_min arg_max time_bucket date_trunc epoch_ms make_timestamp list_transform median quantile_cont " +
    "stddev_pop stddev_samp var_pop corr regr_slope lag lead first_value last_value row_number rank " +
    "percent_rank ntile count sum avg min max first last any_value histogram range generate_series unnest",
  caseInsensitiveIdentifiers: true,
  doubleDollarQuotedStrings: true,
});

// Built once: a language is shared by every cell that speaks it.
const markdownSupport = markdown({ codeLanguages: (name) => codeLanguage(name) });
const htmlSupport = html();

function codeLanguage(name: string): Language | null {
  if (/^(ts|typescript)$/.test(name)) return typescriptLanguage;
  if (/^(js|javascript)$/.test(name)) return javascriptLanguage;
  return /^sql$/.test(name) ? duckDb.language : null;
}

/** The language of a cell; TeX and the modes of other tools are shown as plain text. */
export function languageOf(mode: string): LanguageSupport | undefined {
  switch (mode as CellMode) {
    case "js":
      return new LanguageSupport(javascriptLanguage);
    case "ts":
      return new LanguageSupport(typescriptLanguage);
    case "sql":
      return new LanguageSupport(duckDb.language);
    case "md":
      return markdownSupport;
    case "html":
      return htmlSupport;
    default:
      return undefined;
  }
}

/** The parser alone, for text that is only shown. */
export function parserOf(mode: string): Parser | undefined {
  return languageOf(mode)?.language.parser;
}
