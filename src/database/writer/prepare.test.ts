import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { kyselyOn } from "../dialects/sqlite/kysely.ts";
import { prepare } from "./prepare.ts";

function memory(): DatabaseSync {
  const connection = new DatabaseSync(":memory:");
  onTestFinished(() => connection.close());
  return connection;
}

it("a value is bound once however often it occurs, and a constant stands in the statement", () => {
  const db = kyselyOn(memory());
  const rename = prepare<{ name: string; id: number }>((value) =>
    db
      .updateTable("lattices")
      .set({ name: value("name"), reason: value("name"), status: "it's", paused: 1, tags: null })
      .where("id", "=", value("id")),
  );
  expect(rename({ id: 7, name: "fit" })).toEqual({
    sql: `update "lattices" set "name" = ?1, "reason" = ?1, "status" = 'it''s', "paused" = 1, "tags" = null where "id" = ?2`,
    parameters: ["fit", 7],
  });
});

it("constants of all kinds come out as they went in", () => {
  const connection = memory();
  const db = kyselyOn(connection);
  const query = prepare<Record<never, never>>(() => ({
    compile: () =>
      sql`select ${"it's"} as text, ${-1.5} as number, ${null} as absent, ${Buffer.from("ab")} as bytes`.compile(
        db,
      ),
  }));
  const row = connection.prepare(query({}).sql).get();
  expect(row).toEqual({ text: "it's", number: -1.5, absent: null, bytes: new Uint8Array([97, 98]) });
});

it("a question mark that stands for no value is refused when the statement is prepared", () => {
  const db = kyselyOn(memory());
  const build = () =>
    prepare<{ id: number }>((value) => ({ compile: () => sql`select '?', ${value("id")}`.compile(db) }));
  expect(build).toThrow("a question mark stands for no value");
});
