// Where the server runs from its sources (development, tests), a worker thread must learn TypeScript first:
// loaders given to the main thread do not reach threads on Node 20.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
