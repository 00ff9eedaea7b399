/** Names that every cell has of its own; they are neither other cells' nor the library's. */
export const RUN_NAMES: ReadonlySet<string> = new Set(["display", "view", "invalidation", "visibility"]);

/** The name under which the library's namespace is known to compiled cells. */
export const LIBRARY_NAME = "walkforward";

/** Names that only compiled code uses: a statement of SQL, and the note of where a strategy is defined. */
export const SQL_NAME = "$sql";
export const SITE_NAME = "$site";

export const HIDDEN_NAMES: ReadonlySet<string> = new Set([SQL_NAME, SITE_NAME, LIBRARY_NAME]);
