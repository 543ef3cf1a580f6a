import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kyselyOn } from "../dialects/sqlite/kysely.ts";
import { openDatabase } from "../open.ts";
import type { DispatchQuery } from "./dispatch-repository.ts";
import { countOf, listedPlaces } from "./dispatch-summaries.ts";

describe("the list of dispatches", () => {
  let directory: string;
  let connection: DatabaseSync;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "covalent-list-"));
    const path = join(directory, "covalent.sqlite");
    await (await openDatabase({ path, durability: "process" })).close();
    connection = new DatabaseSync(path);
  });
  afterAll(() => {
    connection.close();
    rmSync(directory, { recursive: true });
  });

  const plan = (of: "places" | "count", more: Partial<DispatchQuery>) => {
    const db = kyselyOn(connection);
    const query = { rootsOnly: true, offset: 99_900, count: 100, ...more };
    const { sql, parameters } = (of === "places" ? listedPlaces(db, query) : countOf(db, query)).compile();
    const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as (string | number)[]));
    return steps.map(({ detail }) => String(detail)).join("; ");
  };

  it("is read in the order of an index, and sorted by nobody", () => {
    expect(plan("places", {})).toBe("SCAN lattices USING INDEX lattices_listed_idx");
    expect(plan("places", { rootsOnly: false })).toBe("SCAN lattices USING INDEX lattices_listed_idx");
    expect(plan("places", { statuses: ["FAILED"] })).toBe(
      "SEARCH lattices USING INDEX lattices_listed_status_idx (status=?)",
    );
    expect(plan("places", { sort: { by: "status", descending: true } })).not.toContain("SCAN lattices;");
  });

  it("is counted in the order of an index", () => {
    expect(plan("count", {})).toMatch(/USING INDEX lattices_listed/);
    expect(plan("count", { statuses: ["FAILED", "CANCELLED"] })).toMatch(/USING INDEX lattices_listed/);
  });
});
