import type { Route } from "../shell/router.ts";
import { href, parseRoute } from "../shell/router.ts";

class RouteState {
  current = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    window.addEventListener("hashchange", () => {
      this.current = parseRoute(location.hash);
    });
  }

  go(route: Route): void {
    location.hash = href(route);
  }

  /** Changes the address without a step in the history, as when a sample becomes one's own copy. */
  replace(route: Route): void {
    history.replaceState(null, "", href(route));
    this.current = route;
  }
}

export const route = new RouteState();
