/**
 * Doors out of the sandbox that the frame's content policy does not close. Chromium ignores `webrtc 'block'`,
 * so a peer connection could carry data to a host of a notebook's choosing: its constructors are taken away
 * before any code of a notebook runs. A nested blank frame has them again, but is of another opaque origin and
 * inherits the policy: nothing inline runs there, only files of ours, which close these doors or refuse windows.
 */
const DOORS = [
  "RTCPeerConnection",
  "webkitRTCPeerConnection",
  "mozRTCPeerConnection",
  "RTCDataChannel",
  "RTCSessionDescription",
  "RTCIceCandidate",
  "WebTransport",
] as const;

export function closeDoors(scope: Record<string, unknown>): string[] {
  const closed: string[] = [];
  for (const name of DOORS) {
    if (!(name in scope)) continue;
    // Deleting removes the property from the global object itself, so that no getter is left to restore it.
    delete scope[name];
    if (name in scope) Object.defineProperty(scope, name, { value: undefined, configurable: false });
    closed.push(name);
  }
  return closed;
}
