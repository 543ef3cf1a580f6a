import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { DatabaseLooks } from "../../src/database/row-looks.ts";
import { createTriggerLaunch } from "../../src/server/registration/trigger-launch.ts";
import { passwordsIn } from "../../src/triggers/passwords.ts";
import { Triggers } from "../../src/triggers/triggers.ts";
import { streamedManifest } from "../contract/api-manifest.ts";
import { testServer } from "../contract/api-server.ts";
import { type DatabaseServer, databaseServers, startPostgres } from "../support/database-servers.ts";

/** A server of ours in a directory that is kept, with triggers that look into real databases. */
async function serverIn(directory: string) {
  const rows = new DatabaseLooks();
  let triggers: Triggers | undefined;
  const server = await testServer({
    directory,
    triggers: (parts) => {
      const launcher = createTriggerLaunch(parts);
      const passwords = passwordsIn(join(directory, "trigger-passwords"));
      triggers = new Triggers({ ...parts, triggers: parts.database.triggers, launcher, rows, passwords });
      return triggers;
    },
  });
  let ended = false;
  const end = async () => {
    if (ended) return;
    ended = true;
    await triggers?.close();
    await rows[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  onTestFinished(end);
  await triggers?.recover();
  await server.listen();
  return { ...server, end };
}

const PATIENCE = { timeout: 30_000, interval: 50 };
const missing = databaseServers.postgres.missing;

describe.skipIf(missing)(
  `a trigger on a table of a Postgres${missing ? " (skipped without a Postgres)" : ""}`,
  () => {
    let postgres: DatabaseServer;
    beforeAll(async () => {
      postgres = await startPostgres();
      await run("CREATE TABLE jobs (id INTEGER PRIMARY KEY, state TEXT)");
    }, 120_000);
    afterAll(() => postgres?.[Symbol.asyncDispose]());

    async function run(sql: string): Promise<void> {
      const { port, user, password } = postgres;
      const client = new pg.Client({ host: "127.0.0.1", port, user, password, database: "postgres" });
      await client.connect();
      await client.query(sql);
      await client.end();
    }

    /** As the original's SDK has it from its user. */
    function definition() {
      const { port, user, password } = postgres;
      const db_path = `postgresql+psycopg2://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
      return {
        name: "DatabaseTrigger",
        db_path,
        table_name: "jobs",
        where_clauses: ["state = 'new'"],
        poll_interval: 0.05,
      };
    }

    function directory(): string {
      const path = mkdtempSync(join(tmpdir(), "covalent-database-trigger-"));
      onTestFinished(() => rmSync(path, { recursive: true, force: true }));
      return path;
    }

    it("fires for its rows, is hindered while the database is away, and outlives the server", async () => {
      const kept = directory();
      const server = await serverIn(kept);
      const id = (await server.client().register(streamedManifest({}))).metadata.dispatch_id;
      const { id: triggerId } = await server.client().triggers.register(id, definition());
      const state = async () => (await server.database.triggers.find(triggerId)) ?? expect.fail();
      await run("INSERT INTO jobs VALUES (1, 'new')");
      await vi.waitFor(async () => expect((await state()).fired).toBeGreaterThan(1), PATIENCE);
      expect(server.asked[0]).toBe(`start ${id}`);
      await postgres.stop();
      await vi.waitFor(async () => expect((await state()).problem).toMatch(/ECONNREFUSED/), PATIENCE);
      await postgres.start();
      const before = (await state()).fired;
      await vi.waitFor(async () => expect((await state()).fired).toBeGreaterThan(before), PATIENCE);
      expect((await state()).problem).toBeNull();
      await server.end();

      const next = await serverIn(kept);
      await vi.waitFor(() => expect(next.asked.length).toBeGreaterThan(1), PATIENCE);
      await next.client().triggers.stopOf([id]);
      expect(readdirSync(join(kept, "trigger-passwords"))).toEqual([]);
      await run("DELETE FROM jobs");
    });

    it("has its password in a file of its own, and nowhere else", async () => {
      const kept = directory();
      const server = await serverIn(kept);
      const { client } = server;
      const id = (await client().register(streamedManifest({}))).metadata.dispatch_id;
      const trigger = await client().triggers.register(id, definition());
      expect(trigger.definition.db_path).toContain("ada:***@127.0.0.1");
      expect(await client().triggers.register(id, definition())).toMatchObject({ id: trigger.id });
      const file = join(kept, "trigger-passwords", trigger.id);
      expect(readFileSync(file, "utf8")).toBe(postgres.password);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const wrong = { ...definition(), db_path: definition().db_path.replace("ada", "eve") };
      const other = await client().triggers.register(id, wrong);
      const { database } = server;
      const problem = async () => (await database.triggers.find(other.id))?.problem;
      await vi.waitFor(async () => expect(await problem()).toContain('"eve"'), PATIENCE);
      const shown = JSON.stringify([await client().triggers.list(), server.remarks, server.faults]);
      await server.end();
      const files = readdirSync(kept, { recursive: true, withFileTypes: true }).filter(
        (one) => one.isFile() && one.parentPath !== join(kept, "trigger-passwords"),
      );
      const stored = files.map((one) => readFileSync(join(one.parentPath, one.name), "latin1")).join("\n");
      for (const secret of [postgres.password, encodeURIComponent(postgres.password)]) {
        expect(shown).not.toContain(secret);
        expect(stored).not.toContain(secret);
      }
    });

    it("says so when its password is gone, and goes on once it is registered again", async () => {
      const kept = directory();
      const server = await serverIn(kept);
      const id = (await server.client().register(streamedManifest({}))).metadata.dispatch_id;
      const { id: triggerId } = await server.client().triggers.register(id, definition());
      const problem = async () => (await server.database.triggers.find(triggerId))?.problem;
      rmSync(join(kept, "trigger-passwords"), { recursive: true });
      await vi.waitFor(async () => expect(await problem()).toMatch(/register it again/), PATIENCE);
      await server.client().triggers.register(id, definition());
      await vi.waitFor(async () => expect(await problem()).toBeNull(), PATIENCE);
      expect(existsSync(join(kept, "trigger-passwords", triggerId))).toBe(true);
    });
  },
);
