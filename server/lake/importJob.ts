import { basename } from "node:path";
import type { JobSpec } from "../jobs/queue.ts";
import type { ImportTaskInput } from "./importTask.ts";

export function importJob(input: ImportTaskInput): JobSpec<"import"> {
  const name = input.source.name ?? basename(input.source.file);
  return { kind: "import", title: `Import ${name}`, unit: "files", task: "import", input };
}
