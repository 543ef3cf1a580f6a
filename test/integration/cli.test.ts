import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

let covalent: CommandLine;
const configFile = () => join(covalent.home, ".config/covalent/covalent.conf");

beforeAll(() => {
  covalent = commandLine();
});
afterAll(() => covalent.dispose());

const BIN = fileURLToPath(new URL("../../bin/covalent.js", import.meta.url));

/** Milliseconds from start to end of Node with these arguments. */
async function nodeTakes(...args: readonly string[]): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, args, { stdio: "ignore" }), "close");
  return performance.now() - began;
}

describe("help", () => {
  test("teaches by example", async () => {
    const { code, stdout } = await covalent.run(["--help"]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("Examples:\n") });
  });

  test("is there at once", async () => {
    // The fastest of several turns each is what the program needs; the rest is what else the machine does.
    let [bare, help] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let turn = 0; turn < 10; turn += 1) {
      bare = Math.min(bare, await nodeTakes("-e", "0"));
      help = Math.min(help, await nodeTakes(BIN, "--help"));
    }
    // Node alone starts in 40 ms where this was written, and help takes 85 ms; a machine that is slower, or busy, is so for both.
    expect(help / bare).toBeLessThan(6);
  });

  test.each([[[]], [["run", "--help"]], [["config", "set", "--help"]]])(
    "%j says how it is used",
    async (args) => {
      const { code, stdout } = await covalent.run(args);
      expect(code).toBe(0);
      expect(stdout).toContain("Usage: covalent");
    },
  );

  test("help COMMAND is COMMAND --help, at any depth", async () => {
    for (const command of [["run"], ["db", "migrate"]]) {
      const [asked, wanted] = await Promise.all([
        covalent.run(["help", ...command]),
        covalent.run([...command, "--help"]),
      ]);
      expect(asked).toMatchObject({ code: 0, stderr: "", stdout: wanted.stdout });
    }
    expect((await covalent.run(["help"])).stdout).toBe((await covalent.run(["--help"])).stdout);
  });

  test("the version is printed", async () => {
    expect((await covalent.run(["-v"])).stdout).toMatch(/^covalent \d+\.\d+\.\d+ \(Node 24\./);
  });
});

describe("wrong usage is exit code 2, one message and a hint", () => {
  test.each<[readonly string[], string]>([
    [["strat"], "unknown command 'strat'"],
    [["start", "--prot", "1"], "unknown option '--prot'"],
    [["run"], "missing required argument 'file[#name]'"],
    [["start", "--no-triggers", "--triggers-only"], "--no-triggers and --triggers-only exclude each other"],
    [["start", "--triggers-only"], "--triggers-only: triggers are observed by the server that runs their"],
    [["start", "--port", "many"], '--port must be a whole number from 0 to 65535, not "many"'],
    [["start", "--host", "300.1.1.1"], '--host must be an IP address or a host name, not "300.1.1.1"'],
    [["bogus"], "unknown command 'bogus'"],
    [["help", "bogus"], "unknown command 'bogus'"],
    [["show", ""], "the id is empty"],
    [["result", " "], "the id is empty"],
    [["config", "get", "dispatcher.prot"], "there is no configuration key dispatcher.prot"],
    [
      ["config", "set", "dispatcher.port", "1x"],
      'dispatcher.port must be a whole number from 0 to 65535, not "1x"',
    ],
    [["run", "nothing.ts"], "there is no file"],
    [["run", "nothing.ts", "--args", "{}"], "--args must be a JSON array"],
    [["list", "--status", "DONE"], "there is no status DONE"],
    [["list", "--limit", "0"], "--limit must be a whole number from 1 to 1000, not 0"],
    [["logs", "-n", "few"], "--lines must be a whole number, not few"],
    [["show", "1", "--nodes", "some"], "--nodes takes `all`, not some"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await covalent.run(args);
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr).toMatch(/^hint: ./m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("under --json it is the one document on standard output", async () => {
    const ran = await covalent.run(["start", "--prot", "1", "--json"]);
    expect(ran.json()).toEqual({
      error: { code: "USAGE", message: "unknown option '--prot'", hint: "Did you mean --port?" },
    });
    expect(ran).toMatchObject({ code: 2, stderr: "" });
  });

  test.each([
    ["strat", "hint: Did you mean start?"],
    ["bogus", "hint: `covalent --help`"],
  ])("what %s is like is said only when it is like it", async (typed, hint) => {
    expect((await covalent.run([typed])).stderr).toContain(hint);
  });

  test("the stack is shown to those who ask for it", async () => {
    expect((await covalent.run(["config", "get", "x", "--debug"])).stderr).toMatch(/^\s+at /m);
    expect((await covalent.run(["config", "get", "x"], { env: { COVALENT_DEBUG: "1" } })).stderr).toMatch(
      /^\s+at /m,
    );
  });
});

describe("without a server", () => {
  test.each([[["list"]], [["show", "3f2a"]], [["result", "3f2a", "--wait"]]])(
    "%j is exit code 3",
    async (args) => {
      const ran = await covalent.run([...args, "--json"], { env: { COVALENT_SVC_PORT: "1" } });
      expect(ran.code).toBe(3);
      expect(ran.json()).toMatchObject({ error: { code: "SERVER_UNREACHABLE" } });
    },
  );

  test("run says so before it runs anything of the user's", async () => {
    const file = join(covalent.home, "loud.ts");
    writeFileSync(file, 'console.log("evaluated");');
    const ran = await covalent.run(["run", file], { env: { COVALENT_SVC_PORT: "1" } });
    expect(ran).toMatchObject({ code: 3, stdout: "" });
  });

  test("status says that nothing runs and there is no database yet", async () => {
    const ran = await covalent.run(["status", "--json"]);
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      server: { running: false, url: null, pid: null },
      database: {
        url: `sqlite:///${join(covalent.home, ".local/share/covalent/dispatcher_db.sqlite")}`,
        revision: null,
        head: expect.any(String),
        pending: expect.any(Number),
      },
    });
  });

  test("stop has nothing to do, and logs says when there will be some", async () => {
    expect(await covalent.run(["stop"])).toMatchObject({ code: 0, stdout: "The server was not running.\n" });
    expect(await covalent.run(["logs"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("covalent start"),
    });
  });
});

describe("config", () => {
  test("shows where each value comes from, and keys that are not ours", async () => {
    mkdirSync(join(covalent.home, ".config/covalent"), { recursive: true });
    writeFileSync(configFile(), '[dispatcher]\naddress = "127.0.0.1" # mine\n\n[dask]\npid = 7\n');
    const { file, values, unknown } = (await covalent.run(["config", "--json"])).json() as {
      file: string;
      values: { key: string; value: unknown; origin: string }[];
      unknown: unknown;
    };
    const of = (key: string) => values.find((entry) => entry.key === key);
    expect(file).toBe(configFile());
    expect(of("dispatcher.address")).toMatchObject({ value: "127.0.0.1", origin: `file ${file}` });
    expect(of("dispatcher.port")).toMatchObject({ value: 0, origin: "env COVALENT_SVC_PORT" });
    expect(of("dispatcher.durability")).toMatchObject({ value: "process", origin: "default" });
    expect(unknown).toEqual([{ key: "dask.pid", value: 7, origin: `file ${file}` }]);
  });

  test("set changes one line of the file, and says what still wins over it", async () => {
    const ran = await covalent.run(["config", "set", "dispatcher.port", "48010"]);
    expect(ran).toMatchObject({ code: 0, stderr: "note: env COVALENT_SVC_PORT still wins over the file\n" });
    expect(readFileSync(configFile(), "utf8")).toBe(
      '[dispatcher]\naddress = "127.0.0.1" # mine\nport = 48010\n\n[dask]\npid = 7\n',
    );
    const got = await covalent.run(["config", "get", "dispatcher.port"], { env: { COVALENT_SVC_PORT: "" } });
    expect(got.stdout).toBe("48010\n");
  });

  test("a secret is not printed", async () => {
    const ran = await covalent.run(["config"], { env: { COVALENT_TOKEN: "hush" } });
    expect(ran.stdout).toContain("(not shown)");
    expect(ran.stdout).not.toContain("hush");
  });

  test("set mends a file that no other command can read, as their hint says, and notes what is still wrong", async () => {
    const directory = join(covalent.home, "broken");
    const env = { COVALENT_CONFIG_DIR: directory, COVALENT_SVC_PORT: "" };
    mkdirSync(directory);
    const file = join(directory, "covalent.conf");
    writeFileSync(file, "[dispatcher]\nport = 'x' # mine\ndurability = 'some'\n");
    const refused = await covalent.run(["config"], { env });
    expect(refused.stderr).toContain("covalent config set dispatcher.port VALUE");
    const mended = await covalent.run(["config", "set", "dispatcher.port", "48010"], { env });
    expect(mended).toMatchObject({ code: 0, stdout: `dispatcher.port = 48010 in ${file}\n` });
    expect(mended.stderr).toContain("line 3: dispatcher.durability must be");
    const rest = await covalent.run(["config", "set", "dispatcher.durability", "power"], { env });
    expect(rest).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(file, "utf8")).toBe('[dispatcher]\nport = 48010 # mine\ndurability = "power"\n');
  });

  test("a file that is wrong is refused with its line by every command that needs it", async () => {
    const env = { COVALENT_CONFIG_DIR: join(covalent.home, "wrong"), COVALENT_SVC_PORT: "" };
    mkdirSync(env.COVALENT_CONFIG_DIR);
    writeFileSync(join(env.COVALENT_CONFIG_DIR, "covalent.conf"), "[dispatcher]\nport = 'x'\n");
    const ran = await covalent.run(["status", "--json"], { env });
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      error: {
        code: "CONFIG_INVALID",
        message: expect.stringContaining("covalent.conf, line 2: dispatcher.port must be"),
      },
    });
  });
});
