import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";
import { type Example, examplesOf, matches } from "./documented-commands.ts";

/** Follows docs/database.md literally: what it says that a command prints is what the command prints. */

const PAGE = new URL("../../docs/database.md", import.meta.url);
const OLD_DATABASE = fileURLToPath(
  new URL("../../examples/old-database/dispatcher_db.sqlite", import.meta.url),
);
const FIXTURE = fileURLToPath(
  new URL("../../../shared/fixtures/covalent-db/damaged/docs-null-electron-id.sqlite", import.meta.url),
);

let covalent: CommandLine;
let file: string;

beforeEach(() => {
  covalent = commandLine();
  file = join(covalent.home, ".local/share/covalent/dispatcher_db.sqlite");
});
afterEach(() => covalent.dispose());

function given(database: string): void {
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(database, file);
}

/** Every value of the tables that a person's work is in, in the columns that are there before and after. */
function contents(path: string, columns?: ReadonlyMap<string, readonly string[]>): Map<string, unknown[]> {
  const database = new DatabaseSync(path, { readOnly: true, readBigInts: true });
  try {
    const tables = ["lattices", "electrons", "electron_dependency"];
    return new Map(
      tables.map((table) => {
        const names = columns?.get(table) ?? ["id"];
        return [table, database.prepare(`SELECT ${names.join(", ")} FROM ${table} ORDER BY id`).all()];
      }),
    );
  } finally {
    database.close();
  }
}

function columnsOf(path: string): Map<string, readonly string[]> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return new Map(
      tables.map(({ name }) => {
        const rows = database.prepare("SELECT name FROM pragma_table_info(?)").all(String(name));
        return [String(name), rows.map((row) => String(row.name))];
      }),
    );
  } finally {
    database.close();
  }
}

function inBoth(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
) {
  return new Map(
    [...before].map(([table, names]) => [table, names.filter((name) => after.get(table)?.includes(name))]),
  );
}

async function follow({ command, output }: Example): Promise<void> {
  const ran = await covalent.run(command);
  expect({ command, code: ran.code, stderr: ran.stderr }).toEqual({ command, code: 0, stderr: "" });
  expect(
    matches(ran.stdout, output),
    `\n${ran.stdout}\nis not what the page says:\n${output.join("\n")}`,
  ).toBe(true);
}

describe("the way from pip's covalent 0.177 to the old runs, as the page has it", () => {
  test("is followed command by command", async () => {
    given(OLD_DATABASE);
    const steps = examplesOf(readFileSync(PAGE, "utf8"), "From pip's covalent 0.177 to your old runs");
    expect(steps.map(({ command }) => command.join(" "))).toEqual([
      "db status",
      "db migrate",
      "start",
      "list",
    ]);
    for (const step of steps) await follow(step);
    const listed = async (...more: string[]) => {
      const answer = (await covalent.run(["list", "--json", ...more])).json();
      return (answer as { dispatches: { name: string }[] }).dispatches.map(({ name }) => name);
    };
    expect(await listed()).toContain("glacier_mass_balance");
    expect(await listed()).toHaveLength(9);
    expect(await listed("--sublattices")).toHaveLength(11);
  });

  test("keeps every row and every value", async () => {
    given(OLD_DATABASE);
    expect((await covalent.run(["db", "migrate"])).code).toBe(0);
    const columns = inBoth(columnsOf(OLD_DATABASE), columnsOf(file));
    expect(contents(file, columns)).toEqual(contents(OLD_DATABASE, columns));
  });
});

describe.each([
  ["the database that is shipped", OLD_DATABASE, 9],
  ["the page's own (skipped without the fixtures)", FIXTURE, 14],
])("stopping at the revision that forbids the rows: %s", (_, database, violations) => {
  test.skipIf(!existsSync(database))(
    "is refused before the file is touched, with commands to paste",
    async () => {
      given(database);
      const ran = await covalent.run(["db", "migrate", "--to", "9f1271ef662a"]);
      const [example] = examplesOf(readFileSync(PAGE, "utf8"), "When rows are not permitted");
      expect(example?.command).toEqual(["db", "migrate", "--to", "9f1271ef662a"]);
      expect(matches(ran.stderr, example?.output ?? []), ran.stderr).toBe(true);
      expect(ran.stderr).toContain("9f1271ef662a (v11+ updates)");
      expect(ran.stderr).toContain("lattices.electron_id");
      expect(ran.stderr).toContain(`${violations} row(s)`);
      for (const choice of ["covalent db migrate ", "--on-violation=quarantine", "--on-violation=delete"]) {
        expect(ran.stderr).toContain(choice);
      }
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(readFileSync(file).equals(readFileSync(database))).toBe(true);
      expect(existsSync(`${file}-wal`) || existsSync(join(dirname(file), "backups"))).toBe(false);
    },
  );

  test.skipIf(!existsSync(database))("keeping them aside gets there, and they come back", async () => {
    given(database);
    const aside = await covalent.run(["db", "migrate", "--to", "9f1271ef662a", "--on-violation=quarantine"]);
    expect(aside).toMatchObject({ code: 0, stderr: expect.any(String) });
    expect(aside.stdout).toMatch(/\nKept aside: .*\d row\(s\) of lattices\.\n/);
    expect(aside.stdout).toContain("`covalent db quarantine` lists them.");
    expect(aside.stdout).toMatch(/\nThe database is at 9f1271ef662a\.\n$/);
    const doctor = await covalent.run(["db", "doctor"]);
    expect(doctor.stdout).toMatch(/kept aside\n.*`covalent db quarantine` lists them/);
    expect((await covalent.run(["db", "current"])).stdout).toBe("9f1271ef662a\n");
    expect((await covalent.run(["db", "quarantine"])).stdout).toContain("lattices");
    expect((await covalent.run(["db", "migrate"])).code).toBe(0);
    const columns = inBoth(columnsOf(database), columnsOf(file));
    expect(contents(file, columns)).toEqual(contents(database, columns));
    expect((await covalent.run(["db", "quarantine"])).stdout).toContain("nothing in quarantine");
  });

  test.skipIf(!existsSync(database))(
    "deleting them asks, and where nobody can be asked it is refused",
    async () => {
      given(database);
      const command = ["db", "migrate", "--to", "9f1271ef662a", "--on-violation=delete"];
      const ran = await covalent.run(command);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("this is not a terminal");
      expect(readFileSync(file).equals(readFileSync(database))).toBe(true);
      expect(await covalent.run([...command, "--yes"])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          /Backup: [\s\S]*\nDeleted: [\s\S]*\nThe database is at 9f1271ef662a\.\n$/,
        ),
      });
      expect((await covalent.run(["db", "restore", "latest", "--yes"])).code).toBe(0);
      expect((await covalent.run(["db", "migrate"])).code).toBe(0);
      const columns = inBoth(columnsOf(database), columnsOf(file));
      expect(contents(file, columns)).toEqual(contents(database, columns));
    },
  );
});
