/** The two words of the hand-over that `protocol.ts` describes; apart from it, since the frame needs no schemas. */
export const HELLO = "walkforward:frame-hello";
export const PORT = "walkforward:frame-port";
