import { resolve } from "node:path";
import type { ImportPreview, ImportReport } from "../contract.ts";
import { importJob } from "../lake/importJob.ts";
import { importOptions } from "../lake/importOptions.ts";
import { previewTask } from "../lake/importTask.ts";
import { homeFolder } from "../root.ts";
import { openServices } from "../services.ts";
import type { ImportCommandOptions } from "./import.ts";
import { importText, previewText } from "./importText.ts";
import { runJob } from "./runJob.ts";

export async function importAction(
  given: string,
  { replace, preview, json, ...rest }: ImportCommandOptions,
): Promise<void> {
  const options = importOptions.parse({ ...rest, ...(replace ? { onConflict: "replace" } : {}) });
  const source = { file: resolve(given) };
  if (preview) {
    const seen: ImportPreview = await previewTask({ source, options });
    console.log(json ? JSON.stringify(seen) : previewText(seen));
    return;
  }
  const services = await openServices({ home: homeFolder() });
  try {
    const job = importJob({ lakeRoot: services.lake.root, source, options });
    const report = (await runJob(services.jobs, job)) as ImportReport;
    console.log(json ? JSON.stringify(report) : importText(report));
  } finally {
    await services.close();
  }
}
