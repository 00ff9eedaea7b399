// `npm start`: everything from a fresh clone to the open workbench.
import { ensureInstalled, runTypeScript } from "./setup/install.mjs";

ensureInstalled();
await runTypeScript("server/setup/start.ts", process.argv.slice(2));
