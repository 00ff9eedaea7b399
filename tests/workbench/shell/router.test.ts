import fc from "fast-check";
import { expect, test } from "vitest";
import { href, parseRoute, type Route } from "#workbench/shell/router.ts";

const id = fc.string({ minLength: 1 }).filter((text) => text !== "compare");
const runId = fc.stringMatching(/^[a-z0-9-]{1,20}$/).filter((text) => text !== "compare");
const route: fc.Arbitrary<Route> = fc.oneof(
  fc.constant<Route>({ page: "notebooks" }),
  fc.constant<Route>({ page: "jobs" }),
  fc.constant<Route>({ page: "runs" }),
  fc.constant<Route>({ page: "data" }),
  id.map((id) => ({ page: "notebook" as const, id })),
  fc
    .tuple(id, fc.option(id, { nil: undefined }))
    .map(([id, key]) => ({ page: "headless" as const, id, key })),
  id.map((series) => ({ page: "data" as const, series })),
  runId.map((open) => ({ page: "runs" as const, open })),
  fc.array(runId, { minLength: 1 }).map((compare) => ({ page: "runs" as const, compare })),
);

test("every place has an address that leads back to it", () => {
  fc.assert(
    fc.property(route, (place) => {
      expect(parseRoute(href(place))).toEqual(place);
    }),
  );
});

test("a series id with slashes is one part of the address", () => {
  const place = parseRoute(href({ page: "data", series: "binance/spot/BTC/USDT/5m" }));
  expect(place).toEqual({ page: "data", series: "binance/spot/BTC/USDT/5m" });
});

test("the empty address and a bare hash are the list of notebooks", () => {
  for (const hash of ["", "#", "#/"]) expect(parseRoute(hash)).toEqual({ page: "notebooks" });
});

test("an address of nothing, or with broken percent signs, is unknown rather than a failure", () => {
  for (const hash of ["#/nope", "#/notebook/", "#/notebook/%E0%A4%A", "#/notebook/a/b", "#/jobs/x"]) {
    expect(parseRoute(hash).page).toBe("unknown");
  }
});
