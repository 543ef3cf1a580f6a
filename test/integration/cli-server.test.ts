import { once } from "node:events";
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { type CommandLine, commandLine } from "./cli-process.ts";

let covalent: CommandLine;

beforeEach(() => {
  covalent = commandLine();
});
afterEach(() => covalent.dispose());

interface Status {
  readonly server: { running: boolean; url: string | null; pid: number | null };
  readonly database: { url: string; revision: string | null; head: string; pending: number };
}
interface Started {
  readonly outcome: "started" | "already-running";
  readonly server: { url: string; pid: number; port: number };
}

const status = async () => (await covalent.run(["status", "--json"])).json() as Status;
const start = async (...args: string[]) => {
  const ran = await covalent.run(["start", "--json", ...args]);
  if (ran.code !== 0) throw new Error(ran.stdout);
  return ran.json() as Started;
};
const stateFile = () => join(covalent.home, ".cache/covalent/server.json");

describe("a server's life", () => {
  test("start returns when it answers, stop when it has ended, and status knows", async () => {
    const { server } = await start();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const { server: shown, database } = await status();
    expect(shown).toMatchObject({ running: true, url: server.url, pid: server.pid });
    expect(database).toMatchObject({ revision: database.head, pending: 0 });
    expect(statSync(stateFile()).mode & 0o777).toBe(0o600);

    const stopped = await covalent.run(["stop", "--json"]);
    expect(stopped.json()).toEqual({ stopped: true, pid: server.pid });
    expect(identifyProcess(server.pid)).toBeUndefined();
    expect((await status()).server).toMatchObject({ running: false, url: null, pid: null });
  });

  test("a second start says where it runs, and starts at the same time give one server", async () => {
    const started = await Promise.all([start(), start()]);
    expect(started.map(({ outcome }) => outcome).sort()).toEqual(["already-running", "started"]);
    expect(new Set(started.map(({ server }) => server.pid)).size).toBe(1);
    const again = await covalent.run(["start", "--workers", "3", "--port", String(started[0]?.server.port)]);
    expect(again.stdout).toContain(`already running at ${started[0]?.server.url}`);
    expect(again.stderr).toBe(
      "note: --workers 3 was not applied; `covalent restart --workers 3` does that\n",
    );
  });

  test("restart keeps the flags of start, unless others are given", async () => {
    const first = await start("--workers", "1");
    const restarted = await covalent.run(["restart", "--json"]);
    const { server } = restarted.json() as Started;
    expect(server.pid).not.toBe(first.server.pid);
    expect(JSON.parse(readFileSync(stateFile(), "utf8")).flags).toEqual([
      { name: "--workers", key: "executors.local.workers", value: "1" },
    ]);
  });

  test("a server that was killed is not believed to run, and another one starts", async () => {
    const { server } = await start();
    process.kill(server.pid, "SIGKILL");
    while ((await status()).server.running) await new Promise(setImmediate);
    expect((await start()).server.pid).not.toBe(server.pid);
  });

  test("starting and running write no configuration", async () => {
    await start("--develop");
    expect(() => statSync(join(covalent.home, ".config"))).toThrow();
  });

  test("its log can be read, as it is and as people like it, and followed", async () => {
    const { server } = await start();
    const raw = await covalent.run(["logs", "--json"]);
    expect(
      raw.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).msg),
    ).toContain("the server is ready");
    expect((await covalent.run(["logs", "-n", "1"])).stdout).toMatch(/^\d{4}-\d\d-\d\d [\d:.]+ {2}info /);
    const following = covalent.start(["logs", "-f"]);
    let seen = "";
    following.stdout.setEncoding("utf8").on("data", (text) => {
      seen += text;
    });
    await once(following.stdout, "data");
    process.kill(server.pid, "SIGTERM");
    while (!seen.includes("the server has stopped")) await once(following.stdout, "data");
    following.kill("SIGINT");
    expect(await once(following, "exit")).toEqual([0, null]);
  });
});

describe("status", () => {
  test("shows what the server does, and the server too when its database cannot be used", async () => {
    const { server } = await start("--workers", "2");
    // It answers before both of its workers have started.
    await vi.waitFor(
      async () =>
        expect(await status()).toMatchObject({
          server: { answers: true, active: 0, executors: { local: { running: 0, queued: 0, workers: 2 } } },
          database: { error: null },
        }),
      { timeout: 30_000, interval: 100 },
    );
    expect((await covalent.run(["status"])).stdout).toContain("0 dispatches under way");
    writeFileSync(join(covalent.home, ".local/share/covalent/dispatcher_db.sqlite"), "not a database at all");
    const ran = await covalent.run(["status", "--json"]);
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      server: { running: true, url: server.url, pid: server.pid },
      database: { revision: null, head: expect.any(String), problem: { code: "NOT_A_DATABASE" } },
    });
    expect((await covalent.run(["status"])).stdout).toMatch(/running.*\n(.*\n)*Database {2}✖ .*not a SQLite/);
  });

  test("does not wait for a server that hangs", async () => {
    const { server } = await start();
    process.kill(server.pid, "SIGSTOP");
    try {
      const ran = await covalent.run(["status", "--json"]);
      expect(ran.json()).toMatchObject({ server: { running: true, answers: false, active: null } });
      expect(ran.code).toBe(1);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
  });
});

describe("one database has one server", () => {
  const refused = { code: "DATABASE_IN_USE", hint: expect.stringContaining("covalent stop") };

  test("even when the state file is lost: start names the one there is, and status and stop still find it", async () => {
    const { server } = await start();
    rmSync(stateFile());
    const again = await covalent.run(["start", "--json"]);
    expect(again.code).toBe(1);
    const message = expect.stringContaining(`(pid ${server.pid}, ${server.url})`);
    expect(again.json()).toMatchObject({ error: { ...refused, message } });
    expect((await status()).server).toMatchObject({ running: true, url: server.url, pid: server.pid });
    expect((await covalent.run(["stop", "--json"])).json()).toEqual({ stopped: true, pid: server.pid });
  });

  test("whatever cache directory another is started with, one after the other or at once", async () => {
    const directories = ["a", "b", "c"].map((name) => join(covalent.home, name));
    const starting = directories.map((COVALENT_CACHE_DIR) =>
      covalent.run(["start", "--json"], { env: { COVALENT_CACHE_DIR } }),
    );
    const ran = await Promise.all(starting);
    expect(ran.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
    const { pid } = (await status()).server;
    const link = join(covalent.home, "link.sqlite");
    symlinkSync(join(covalent.home, ".local/share/covalent/dispatcher_db.sqlite"), link);
    const env = { COVALENT_CACHE_DIR: join(covalent.home, "d"), COVALENT_DATABASE: link };
    const linked = await covalent.run(["start", "--json"], { env });
    expect(linked.json()).toMatchObject({
      error: { ...refused, message: expect.stringContaining(`(pid ${pid},`) },
    });
  });

  test("and neither do two share a data directory", async () => {
    const { server } = await start();
    const env = {
      COVALENT_CACHE_DIR: join(covalent.home, "other"),
      COVALENT_DATABASE: join(covalent.home, "other.sqlite"),
    };
    const other = await covalent.run(["start"], { env });
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(`another one (pid ${server.pid}, ${server.url}) uses ${covalent.home}`);
  });

  test("a killed one leaves nothing in the way", async () => {
    const { server } = await start();
    process.kill(server.pid, "SIGKILL");
    while ((await status()).server.running) await new Promise(setImmediate);
    rmSync(stateFile());
    const env = { COVALENT_CACHE_DIR: join(covalent.home, "other") };
    expect((await covalent.run(["start"], { env })).code).toBe(0);
  });
});

describe("a port that is taken", () => {
  test("is passed over for the next, and the Python SDK's key is named", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const ran = await covalent.run(["start", "--port", String(port)]);
    blocker.close();
    expect(ran.code).toBe(0);
    const taken = Number(new URL((await status()).server.url ?? "").port);
    expect(taken).toBeGreaterThan(port);
    expect(ran.stderr).toContain(`port ${port} was already in use; the server took ${taken}`);
    expect(ran.stderr).toContain(`covalent config set dispatcher.port ${taken}`);
  });
});

describe("what keeps a server from starting", () => {
  test("a database that needs an upgrade: the steps and the command, and the file is untouched", async () => {
    const path = join(covalent.home, "old.sqlite");
    expect((await covalent.run(["db", "migrate", "--to", "b60c5ecdf927", "--database", path])).code).toBe(0);
    const before = readFileSync(path);
    const ran = await covalent.run(["start", "--json"], { env: { COVALENT_DATABASE: path } });
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      error: {
        code: "DATABASE_NEEDS_UPGRADE",
        message: expect.stringMatching(/at revision b60c5ecdf927, \d+ step/),
        hint: expect.stringContaining("covalent db migrate"),
      },
    });
    expect(readFileSync(path)).toEqual(before);
  });

  test("a directory that cannot be written to is named", async () => {
    const file = join(covalent.home, "file");
    writeFileSync(file, "");
    const ran = await covalent.run(["start"], { env: { COVALENT_DATA_DIR: join(file, "data") } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`the directory ${join(file, "data")} cannot be written to (ENOTDIR)`);
  });

  test("an interface beyond this machine without a token", async () => {
    const ran = await covalent.run(["start", "--host", "0.0.0.0"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("listening on 0.0.0.0 without a token is not safe");
    expect(ran.stderr).toContain("COVALENT_TOKEN");
  });

  test("a crash shows the last lines of the log", async () => {
    const saboteur = join(covalent.home, "saboteur.mjs");
    writeFileSync(
      saboteur,
      'if (process.argv[1].includes("daemon")) { console.error("out of luck"); process.kill(process.pid, "SIGKILL"); }',
    );
    const ran = await covalent.run(["start"], { env: { NODE_OPTIONS: `--import ${saboteur}` } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("it ended with SIGKILL before it was ready");
    expect(ran.stderr).toContain("out of luck");
  });

  test("the original's flags are taken with a note", async () => {
    const ran = await covalent.run(["start", "--no-cluster", "-m", "2GB", "-t", "2"]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      "--no-cluster, --mem-per-worker, --threads-per-worker: there is no Dask cluster here",
    );
  });
});

test("the directory it was started in may go away", async () => {
  const directory = join(covalent.home, "gone");
  mkdirSync(directory);
  const started = (await covalent.run(["start", "--json"], { cwd: directory })).json() as Started;
  rmdirSync(directory);
  expect((await fetch(`${started.server.url}/readyz`)).status).toBe(200);
});
