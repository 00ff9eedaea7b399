export const root: string;
export function ensureInstalled(): void;
export function runTypeScript(file: string, args: string[]): Promise<void>;
