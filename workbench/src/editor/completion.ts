import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  completeFromList,
  ifNotIn,
} from "@codemirror/autocomplete";
import { localCompletionSource, scopeCompletionSource, snippets } from "@codemirror/lang-javascript";
import { keywordCompletionSource, type SQLNamespace, schemaCompletionSource } from "@codemirror/lang-sql";
import { tableNames } from "#runtime/sqlTables.ts";
import type { CellMode } from "#runtime/types.ts";
import type { SqlTable } from "../shell/protocol.ts";
import { duckDb } from "./languages.ts";

/** One name that can be written in a code cell, with what is worth knowing about it. */
export type KnownName = {
  name: string;
  kind: "function" | "constant" | "namespace" | "cell";
  /** `(values, length)`: shown beside the name. */
  signature?: string;
  /** Sentences: what it is, its unit, its warm-up. */
  doc?: string;
};

/** What the editor asks the notebook for, at the moment of asking: names come and go as cells are edited. */
export type EditorKnowledge = {
  names(): KnownName[];
  /** Live values by name, for what comes after a dot. */
  scope(): Record<string, unknown>;
  /** What a statement may read: `schema.table` of the lake, tables of cells under their own names. */
  tables(): SqlTable[];
};

export function completionSources(mode: CellMode, knowledge: EditorKnowledge): CompletionSource[] {
  if (mode === "js" || mode === "ts") return codeSources(knowledge);
  if (mode === "sql") {
    return [
      (context) => (insideHole(context) ? namesSource(knowledge)(context) : null),
      (context) => (insideHole(context) ? null : sqlTables(knowledge.tables())(context)),
      ifNotIn(OUTSIDE_SQL, (context) => (insideHole(context) ? null : columnsInReach(knowledge, context))),
      (context) => (insideHole(context) || afterDot(context) ? null : sqlWords(context)),
    ];
  }
  if (mode === "md" || mode === "html") {
    return [(context) => (insideHole(context) ? namesSource(knowledge)(context) : null)];
  }
  return [];
}

const OUTSIDE = [
  "String",
  "Comment",
  "LineComment",
  "BlockComment",
  "TemplateString",
  "PropertyName",
  "PropertyDefinition",
];

const sqlWords = keywordCompletionSource(duckDb, true);

/** After a dot comes the name of a table or a column. */
function afterDot(context: CompletionContext): boolean {
  return context.matchBefore(/\.\s*[\w$]*$/) !== null;
}

const OUTSIDE_SQL = ["String", "LineComment", "BlockComment", "QuotedIdentifier", "."];

function codeSources(knowledge: EditorKnowledge): CompletionSource[] {
  const members: CompletionSource = (context) => scopeCompletionSource(knowledge.scope())(context);
  return [
    ifNotIn([...OUTSIDE, "."], namesSource(knowledge)),
    localCompletionSource,
    // Members of live values: only after a dot, since the names themselves come with their documents above.
    (context) => (context.matchBefore(/\.\s*[\w$]*$/) === null ? null : members(context)),
    ifNotIn([...OUTSIDE, "."], completeFromList(snippets)),
  ];
}

function namesSource(knowledge: EditorKnowledge): CompletionSource {
  return (context) => {
    const word = context.matchBefore(/[\w$]+$/);
    if (word === null && !context.explicit) return null;
    // After a dot comes a member, not a name.
    if (word !== null && context.state.sliceDoc(word.from - 1, word.from) === ".") return null;
    return {
      from: word?.from ?? context.pos,
      options: knowledge.names().map(option),
      validFor: /^[\w$]*$/,
    };
  };
}

function option({ name, kind, signature, doc }: KnownName): Completion {
  return {
    label: name,
    type: kind === "cell" ? "variable" : kind,
    detail: signature,
    info: doc,
    // Names of this notebook's own cells come before the library's.
    boost: kind === "cell" ? 10 : 0,
  };
}

/** Schemas, tables with their row counts, and columns with their types; aliases are understood. */
function sqlTables(tables: SqlTable[]): (context: CompletionContext) => CompletionResult | null {
  const source = schemaCompletionSource({ dialect: duckDb, schema: namespace(tables) });
  return (context) => {
    const result = source(context);
    return result instanceof Promise ? null : result;
  };
}

export function namespace(tables: SqlTable[]): SQLNamespace {
  const schemas: Record<string, Record<string, SQLNamespace>> = {};
  const alone: Record<string, { self: Completion; children: SQLNamespace }> = {};
  for (const { name, columns, rows } of tables) {
    const dot = name.indexOf(".");
    const table = name.slice(dot + 1);
    const named = {
      self: { label: table, type: "class", detail: `${rows.toLocaleString("en")} rows` },
      children: columns.map(columnOption),
    };
    if (dot < 0) {
      alone[table] = named;
      continue;
    }
    const schema = name.slice(0, dot);
    schemas[schema] ??= {};
    schemas[schema][table] = named;
  }
  const both = Object.entries(schemas).map(([name, children]): [string, SQLNamespace] => [
    name,
    // What is a table and holds tables as well is completed by those.
    alone[name] === undefined ? children : { self: alone[name].self, children },
  ]);
  return { ...alone, ...Object.fromEntries(both) };
}

function columnOption({ name, type }: SqlTable["columns"][number]): Completion {
  return { label: name, type: "property", detail: type };
}

/** Columns of the tables that the statement names, where a bare name may stand for one. */
function columnsInReach(knowledge: EditorKnowledge, context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/[\w$]+$/);
  if (word === null && !context.explicit) return null;
  const from = word?.from ?? context.pos;
  const before = context.state.sliceDoc(Math.max(0, from - 100), from);
  if (/(\.|\b(from|join)\s+)$/i.test(before)) return null;
  const named = new Set(tableNames(context.state.doc.toString()).map((name) => name.toLowerCase()));
  const options = new Map<string, Completion>();
  for (const { name, columns } of knowledge.tables()) {
    if (!named.has(name.toLowerCase())) continue;
    for (const column of columns) options.set(column.name, { ...columnOption(column), boost: 5 });
  }
  return options.size === 0 ? null : { from, options: [...options.values()], validFor: /^[\w$]*$/ };
}

/** True between `${` and `}` of an SQL or Markdown cell, where code is written. */
function insideHole(context: CompletionContext): boolean {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 2000), context.pos);
  return before.lastIndexOf("${") > before.lastIndexOf("}");
}
