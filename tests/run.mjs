// `npm test`: installs what is missing, then runs every check.
import { ensureInstalled, runTypeScript } from "../server/setup/install.mjs";

ensureInstalled();
await runTypeScript("tests/run.ts", process.argv.slice(2));
