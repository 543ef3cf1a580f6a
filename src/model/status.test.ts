import { expect, test } from "vitest";
import { dispatchMayBecome, isTerminal, nodeMayBecome, STATUSES } from "./status.ts";

test("nothing follows the end of a node or a dispatch, and no status follows itself", () => {
  for (const from of STATUSES) {
    for (const to of STATUSES) {
      if (!isTerminal(from) && from !== to) continue;
      expect([from, to, nodeMayBecome(from, to), dispatchMayBecome(from, to)]).toEqual([
        from,
        to,
        false,
        false,
      ]);
    }
  }
});

test("a node that runs ends, or waits for its sublattice; it never goes back", () => {
  const next = STATUSES.filter((to) => nodeMayBecome("RUNNING", to));
  expect(next.toSorted()).toEqual(["CANCELLED", "COMPLETED", "DISPATCHING", "FAILED"]);
});

test("a dispatch is started once and can always be ended", () => {
  expect(STATUSES.filter((from) => dispatchMayBecome(from, "STARTING"))).toEqual(["NEW_OBJECT"]);
  for (const from of ["NEW_OBJECT", "STARTING", "RUNNING"] as const) {
    expect([dispatchMayBecome(from, "FAILED"), dispatchMayBecome(from, "CANCELLED")]).toEqual([true, true]);
  }
});
