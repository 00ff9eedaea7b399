import { toasts } from "./toasts.svelte.ts";

/** Offers bytes or text to the person as a file, by the browser's own download. */
export function offerFile(filename: string, content: BlobPart, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  // The download holds the blob from here on; the address may go with the next turn.
  setTimeout(() => URL.revokeObjectURL(url));
}

/**
 * A notebook's file under its title. Its ledger of trials is a file of its own, which browsers give out at a click of its
 * own: it is offered where there is one.
 */
export function exportNotebook(title: string, text: string, ledger: string): void {
  offerFile(`${fileName(title)}.html`, text, "text/html;charset=utf-8");
  if (ledger === "") return;
  toasts.say(`What was tried in "${title}" is in a second file, its ledger of trials.`, {
    action: { label: "Save it too", run: () => exportLedger(title, ledger) },
  });
}

/** The ledger of a notebook's trials, under the name that it has beside the notebook. */
export function exportLedger(title: string, ledger: string): void {
  offerFile(`${fileName(title)}.trials.jsonl`, ledger, "application/jsonl");
}

function fileName(title: string): string {
  return (
    title
      .normalize("NFKD")
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .toLowerCase() || "notebook"
  );
}
