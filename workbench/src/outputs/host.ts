/**
 * What an output may ask of the page around it. The notebook's frame has no clipboard and no downloads of its own and
 * sets these to requests to the shell; elsewhere the browser's own are used.
 */
export type OutputHost = {
  copy(text: string): Promise<void>;
  download(filename: string, mediaType: string, bytes: Uint8Array): Promise<void>;
};

let host: OutputHost = {
  copy: (text) => navigator.clipboard.writeText(text),
  async download(filename, mediaType, bytes) {
    const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: mediaType }));
    const link = document.createElement("a");
    link.href = url;
    link.download = filename;
    link.click();
    URL.revokeObjectURL(url);
  },
};

export function setOutputHost(next: OutputHost): void {
  host = next;
}

export function outputHost(): OutputHost {
  return host;
}
