import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { differs, differsInType } from "./same-value.ts";

it("tells values apart that their columns take for the same", () => {
  const connection = new DatabaseSync(":memory:");
  connection.exec(`CREATE TABLE a (text TEXT COLLATE NOCASE, number INTEGER, real, same TEXT COLLATE NOCASE);
    CREATE TABLE b (text TEXT COLLATE NOCASE, number, real, same TEXT COLLATE NOCASE);
    INSERT INTO a VALUES ('a', 1, 1, 'a'); INSERT INTO b VALUES ('A', '1', 1.0, 'a')`);
  const columns = ["text", "number", "real", "same"];
  const asked = (compare: typeof differs) =>
    columns.map((name) => `${compare(`a.${name}`, `b.${name}`)} AS ${name}`).join(", ");
  const row = (compare: typeof differs) => connection.prepare(`SELECT ${asked(compare)} FROM a, b`).get();
  expect(row(differs)).toMatchObject({ text: 1, number: 1, real: 0, same: 0 });
  expect(row(differsInType)).toMatchObject({ text: 1, number: 1, real: 1, same: 0 });
  connection.close();
});
