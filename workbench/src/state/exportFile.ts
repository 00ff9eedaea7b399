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

/** A notebook's file under its title. */
export function exportText(title: string, text: string): void {
  offerFile(`${fileName(title)}.html`, text, "text/html;charset=utf-8");
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
