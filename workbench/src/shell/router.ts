/** Where in the shell one is, as data. The address bar's hash is its only home, so that reload and back work. */
export type Route =
  | { page: "notebooks" }
  | { page: "notebook"; id: string }
  /** A notebook opened to be run at once and reported on, for `walkforward notebook run`. */
  | { page: "headless"; id: string; key: string | undefined }
  | { page: "data"; series?: string }
  | { page: "runs"; open?: string; compare?: string[] }
  | { page: "jobs" }
  | { page: "unknown"; hash: string };

export function parseRoute(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [head, ...rest] = path.split("/").map(decode);
  if (head === undefined || rest.includes(undefined)) return { page: "unknown", hash };
  const [first] = rest;
  if (head === "" && rest.length === 0) return { page: "notebooks" };
  if (head === "notebook" && first && rest.length === 1) return { page: "notebook", id: first };
  if (head === "run" && first && rest.length === 1) {
    return { page: "headless", id: first, key: new URLSearchParams(query).get("key") ?? undefined };
  }
  if (head === "data" && rest.length <= 1) return first ? { page: "data", series: first } : { page: "data" };
  if (head === "runs" && rest.length === 0) return { page: "runs" };
  if (head === "runs" && first === "compare" && rest.length === 2) {
    return { page: "runs", compare: (rest[1] ?? "").split(",").filter((id) => id !== "") };
  }
  if (head === "runs" && first && rest.length === 1) return { page: "runs", open: first };
  if (head === "jobs" && rest.length === 0) return { page: "jobs" };
  return { page: "unknown", hash };
}

/** The address of a place; `parseRoute(href(route))` is the route again. */
export function href(route: Route): string {
  switch (route.page) {
    case "notebooks":
      return "#/";
    case "notebook":
      return `#/notebook/${encodeURIComponent(route.id)}`;
    case "headless":
      return `#/run/${encodeURIComponent(route.id)}${route.key ? `?key=${encodeURIComponent(route.key)}` : ""}`;
    case "data":
      return route.series ? `#/data/${encodeURIComponent(route.series)}` : "#/data";
    case "runs":
      if (route.compare) return `#/runs/compare/${encodeURIComponent(route.compare.join(","))}`;
      return route.open ? `#/runs/${encodeURIComponent(route.open)}` : "#/runs";
    case "jobs":
      return "#/jobs";
    case "unknown":
      return route.hash;
  }
}

/** A part of the path, or undefined where its percent signs mean nothing. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
