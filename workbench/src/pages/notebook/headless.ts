/** How a headless run went; the command line reads it out of the document. */
export type HeadlessSummary = {
  phase: "running" | "done" | "failed";
  cells: number;
  failures: { id: number; name: string; message: string }[];
};

const ID = "notebook-summary";

/**
 * Writes the summary for whoever drives the browser: `data-notebook` on the root element says how far it is,
 * `<script type="application/json" id="notebook-summary">` says the rest.
 */
export function reportHeadless(summary: HeadlessSummary): void {
  let element = document.getElementById(ID);
  if (element === null) {
    element = document.createElement("script");
    element.id = ID;
    element.setAttribute("type", "application/json");
    document.head.append(element);
  }
  element.textContent = JSON.stringify(summary);
  document.documentElement.dataset.notebook = summary.phase;
}
