import { Hono } from "hono";

export function healthRoutes({
  version,
  home,
  isReady,
}: {
  version: string;
  home: string;
  isReady: () => boolean;
}) {
  return new Hono().get("/", (c) =>
    c.json({ name: "walkforward" as const, version, home, ready: isReady() }),
  );
}
