import { main } from "./cli/program.ts";

process.exitCode = await main(process.argv.slice(2));
// Workers and sockets may linger; the work is done and its output is flushed by a natural end of the streams.
