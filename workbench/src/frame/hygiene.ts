/**
 * Doors out of the sandbox that the frame's content policy does not close. Chromium ignores `webrtc 'block'`,
 * so a peer connection could carry data to a host of a notebook's choosing: its constructors are taken away
 * before any code of a notebook runs. Same-origin child frames would hand out fresh copies; the policy's
 * `default-src 'none'` refuses frames, and `about:blank` children of an opaque origin are closed below.
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

/**
 * An `about:blank` child has its own, complete set of globals (with `RTCPeerConnection` in it) and runs in
 * this page's origin. Every way to a child window goes through these getters; notebooks have no use for them.
 */
export function closeChildWindows(): void {
  for (const element of [HTMLIFrameElement, HTMLObjectElement]) {
    for (const name of ["contentWindow", "contentDocument"]) {
      Object.defineProperty(element.prototype, name, { get: () => null, configurable: false });
    }
  }
}
