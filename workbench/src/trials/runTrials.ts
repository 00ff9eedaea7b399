import { ONE_TRIAL } from "#engine/trials/summary.ts";
import type { RunSummary } from "#server/contract.ts";
import { api } from "../data/api.ts";
import { settledTrials, type TrialsView } from "../outputs/deflated.ts";
import { startReader } from "./startReader.ts";

/**
 * What was tried in the notebook that a kept run came from. A run that was started by itself, from the form or the
 * command line, is one trial.
 */
export async function runTrials({ notebook }: Pick<RunSummary, "notebook">): Promise<TrialsView> {
  if (notebook === null) return settledTrials(ONE_TRIAL);
  let text: string;
  try {
    text = await api.trials(notebook);
  } catch {
    return settledTrials({ missing: "its notebook is gone, and the ledger with it" });
  }
  const { reader, end } = startReader();
  try {
    const { lines } = await reader.read(text);
    return settledTrials(lines === 0 ? ONE_TRIAL : await reader.summary());
  } finally {
    end();
  }
}
