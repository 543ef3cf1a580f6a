import { expect, test } from "vitest";
import { removedRows } from "./removed-rows.ts";

const before = { lattices: 20, electrons: 200, jobs: 3, _covalent_quarantine_electrons: 5 };

test("rows kept aside are those that are in quarantine now and were not before", () => {
  const after = {
    lattices: 6,
    electrons: 100,
    _covalent_quarantine_electrons: 105,
    _covalent_quarantine_lattices: 14,
  };
  expect(removedRows(before, after, "quarantine")).toEqual({ electrons: 100, lattices: 14 });
});

test("rows deleted are those that are missing from tables that are still there", () => {
  const after = { lattices: 6, electrons: 200, assets: 7 };
  expect(removedRows(before, after, "delete")).toEqual({ lattices: 14 });
  expect(removedRows(before, after, "refuse")).toEqual({});
});
