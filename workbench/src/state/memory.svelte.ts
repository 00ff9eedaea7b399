/** Bytes that the browser's database holds at present; undefined while none is open. */
class MemoryState {
  bytes = $state<number | undefined>(undefined);
}

export const memory = new MemoryState();
