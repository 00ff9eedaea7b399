// `npm run dev`: the API restarts and the pages reload as their files are edited.
import { ensureInstalled, runTypeScript } from "./setup/install.mjs";

ensureInstalled();
await runTypeScript("server/setup/dev.ts", process.argv.slice(2));
