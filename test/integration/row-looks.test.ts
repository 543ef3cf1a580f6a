import { createServer } from "node:net";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { DatabaseLooks } from "../../src/database/row-looks.ts";
import type { ServerSource } from "../../src/model/row-source.ts";
import {
  CERTIFICATE,
  type DatabaseServer,
  databaseServers,
  startMariaDb,
  startPostgres,
} from "../support/database-servers.ts";

/** What a trigger's looks do to real servers, and servers to them. */

interface Rig {
  readonly server: DatabaseServer;
  readonly source: ServerSource;
  /** As somebody who may write. */
  run(sql: string): Promise<readonly unknown[]>;
  readonly connections: string;
  readonly sleep: string;
}

async function postgresRig(): Promise<Rig> {
  const server = await startPostgres();
  const { port, user, password } = server;
  const source = { kind: "postgres", host: "127.0.0.1", port, user, password, database: "postgres" } as const;
  return {
    server,
    source: { ...source, encryption: "preferred" },
    async run(sql) {
      const client = new pg.Client({ ...source, ssl: false });
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    connections: "SELECT 1 FROM pg_stat_activity WHERE application_name = 'covalent trigger'",
    sleep: "SELECT * FROM jobs WHERE pg_sleep(600) IS NULL",
  };
}

async function mariaDbRig(): Promise<Rig> {
  const server = await startMariaDb();
  const { port, user, password } = server;
  const source = { kind: "mysql", host: "127.0.0.1", port, user, password, database: "runs" } as const;
  return {
    server,
    source: { ...source, encryption: "preferred" },
    async run(sql) {
      const connection = await createConnection({
        host: source.host,
        port,
        user,
        password,
        database: "runs",
      });
      try {
        return (await connection.query(sql))[0] as unknown[];
      } finally {
        await connection.end();
      }
    },
    connections: "SELECT 1 FROM information_schema.processlist WHERE id <> connection_id() AND db = 'runs'",
    sleep: "SELECT * FROM jobs WHERE sleep(600) = 1",
  };
}

function looks(options = {}): DatabaseLooks {
  const made = new DatabaseLooks(options);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

const RIGS = [
  { name: "a Postgres", rigOf: postgresRig, ...databaseServers.postgres },
  { name: "a MariaDB", rigOf: mariaDbRig, ...databaseServers.mariadb },
];

for (const { name, rigOf, missing } of RIGS)
  describe.skipIf(missing)(`looking into ${name}${missing ? ` (skipped without ${name})` : ""}`, () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await rigOf();
      await rig.run("CREATE TABLE jobs (id INTEGER PRIMARY KEY, state VARCHAR(20))");
      await rig.run("INSERT INTO jobs VALUES (1, 'old')");
    }, 120_000);
    afterAll(() => rig?.server[Symbol.asyncDispose]());

    it("finds whether a query has a row", async () => {
      const rows = looks();
      expect(await rows.hasRow(rig.source, "SELECT * FROM jobs WHERE state = 'old'")).toBe(true);
      expect(await rows.hasRow(rig.source, "SELECT * FROM jobs WHERE state = 'new' -- so far")).toBe(false);
      expect(await rows.hasRow(rig.source, "SELECT * FROM jobs a JOIN jobs b ON a.id = b.id")).toBe(true);
      expect(await rows.hasRow({ ...rig.source, encryption: "off" }, "SELECT 1")).toBe(true);
    });

    it("sees what was committed after the look before", async () => {
      const rows = looks();
      const query = "SELECT * FROM jobs WHERE id = 7";
      expect(await rows.hasRow(rig.source, query)).toBe(false);
      await rig.run("INSERT INTO jobs VALUES (7, 'late')");
      expect(await rows.hasRow(rig.source, query)).toBe(true);
      await rig.run("DELETE FROM jobs WHERE id = 7");
      expect(await rows.hasRow(rig.source, query)).toBe(false);
    });

    it("changes nothing, whatever the query says", async () => {
      const rows = looks();
      for (const query of [
        "DELETE FROM jobs",
        "SELECT 1); DELETE FROM jobs; SELECT (1",
        "SELECT 1); COMMIT; DELETE FROM jobs; SELECT (1",
        "SELECT * FROM jobs FOR UPDATE",
        "WITH gone AS (DELETE FROM jobs RETURNING id) SELECT * FROM gone",
      ])
        await rows.hasRow(rig.source, query).catch(() => undefined);
      expect(await rig.run("SELECT id FROM jobs")).toEqual([{ id: 1 }]);
    });

    it("says what is wrong, without the password, and answers the next question", async () => {
      const rows = looks();
      await expect(rows.hasRow(rig.source, "SELECT * FROM nothing")).rejects.toThrow(/nothing/);
      const wrong = rows.hasRow({ ...rig.source, password: "wrong-one" }, "SELECT 1");
      await expect(wrong).rejects.toThrow(/^(?!.*wrong-one).*ada/);
      expect(await rows.hasRow(rig.source, "SELECT 1")).toBe(true);
    });

    it("gives a query that never ends up, at the server too", async () => {
      const rows = looks({ queryMs: 300 });
      await expect(rows.hasRow(rig.source, rig.sleep)).rejects.toThrow(/timeout|max_statement_time/);
      expect(await rows.hasRow(rig.source, "SELECT 1")).toBe(true);
    });

    it("keeps one connection, until nobody has used it for a while", async () => {
      const rows = looks({ idleMs: 300 });
      await Promise.all(Array.from({ length: 10 }, () => rows.hasRow(rig.source, "SELECT * FROM jobs")));
      expect((await rig.run(rig.connections)).length).toBeLessThanOrEqual(1);
      await vi.waitFor(async () => expect(await rig.run(rig.connections)).toEqual([]), 20_000);
      expect(await rows.hasRow(rig.source, "SELECT 1")).toBe(true);
    });

    it("ends at once, whatever it waits for", async () => {
      const rows = new DatabaseLooks();
      const waiting = rows.hasRow(rig.source, rig.sleep);
      waiting.catch(() => undefined);
      await vi.waitFor(async () => expect(await rig.run(rig.connections)).toHaveLength(1), 20_000);
      await rows[Symbol.asyncDispose]();
      await expect(waiting).rejects.toThrow();
    });

    it("goes on when the server has been started again", async () => {
      const rows = looks();
      expect(await rows.hasRow(rig.source, "SELECT * FROM jobs")).toBe(true);
      await rig.server.stop();
      await expect(rows.hasRow(rig.source, "SELECT * FROM jobs")).rejects.toThrow(/ECONNREFUSED/);
      await rig.server.start();
      await vi.waitFor(
        async () => expect(await rows.hasRow(rig.source, "SELECT * FROM jobs")).toBe(true),
        20_000,
      );
    });
  });

describe.skipIf(databaseServers.postgres.missing)(
  `the encryption of a Postgres${databaseServers.postgres.missing ? " (skipped without Postgres)" : ""}`,
  () => {
    it("is as asked for", async () => {
      await using server = await startPostgres();
      const { port, user, password, directory } = server;
      const source = {
        kind: "postgres",
        host: "localhost",
        port,
        user,
        password,
        database: "postgres",
      } as const;
      const encrypted = "SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
      const rows = looks();
      const ask = (more: Omit<ServerSource, "kind">) => rows.hasRow({ ...source, ...more }, encrypted);
      expect(await ask({ encryption: "preferred" })).toBe(true);
      expect(await ask({ encryption: "required" })).toBe(true);
      expect(await ask({ encryption: "off" })).toBe(false);
      expect(await ask({ encryption: "verified", trusted: CERTIFICATE })).toBe(true);
      expect(await ask({ encryption: "required", socket: directory })).toBe(false);
      await expect(ask({ encryption: "verified" })).rejects.toThrow(/self-signed/);
    });
  },
);

describe("a server that says nothing", () => {
  it.each(["postgres", "mysql"] as const)("is given up (%s)", async (kind) => {
    const silent = createServer();
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const rows = looks({ connectMs: 200 });
    const asked = rows.hasRow({ kind, host: "127.0.0.1", port, encryption: "off" }, "SELECT 1");
    await expect(asked).rejects.toThrow(/timeout|ETIMEDOUT/i);
  });
});
