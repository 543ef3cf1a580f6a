import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { withFileLock } from "./file-lock.ts";
import { setConfigValue } from "./write.ts";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-config-"));
  file = join(directory, "covalent.conf");
});
afterEach(() => rmSync(directory, { recursive: true }));

const set = async (before: string, key: string, value: string): Promise<string> => {
  writeFileSync(file, before);
  await setConfigValue(file, key, value);
  return readFileSync(file, "utf8");
};

describe("the edit", () => {
  test("writes a limit for each of several names in one line, and replaces it", async () => {
    const first = await set("", "limits.tags", "gpu=2");
    expect(first).toBe("[limits]\ntags = { gpu = 2 }\n");
    expect(await set(first, "limits.tags", "gpu=4,big memory=1")).toBe(
      '[limits]\ntags = { gpu = 4, "big memory" = 1 }\n',
    );
    expect(
      loadConfig({ env: { COVALENT_CONFIG_FILE: file, HOME: directory } }).values.limits.tags,
    ).toBeDefined();
  });

  test("changes the value and leaves comments, order and unknown keys alone", async () => {
    const before = '# mine\n[dask]\npid = 3\n\n[dispatcher] # ours\n  port = 1 # "the" port\naddress = "a"\n';
    expect(await set(before, "dispatcher.port", "2")).toBe(before.replace("port = 1", "port = 2"));
  });

  test("adds a key to its table, and a table to the file", async () => {
    expect(await set('[sdk]\nlog_level = "info"\n\n[dask]\npid = 3\n', "sdk.no_cluster", "yes")).toBe(
      '[sdk]\nlog_level = "info"\nno_cluster = "true"\n\n[dask]\npid = 3\n',
    );
    expect(await set("[sdk]\n", "executors.local.workers", "3")).toBe(
      "[sdk]\n\n[executors.local]\nworkers = 3\n",
    );
    expect(await set("", "dispatcher.port", "5")).toBe("[dispatcher]\nport = 5\n");
  });

  test("replaces a value of several lines, and finds dotted keys", async () => {
    expect(
      await set(
        '[dispatcher]\npull_roots = [\n "/a",\n "/b" ]\nport = 1\n',
        "dispatcher.pull_roots",
        "/c:/d",
      ),
    ).toBe('[dispatcher]\npull_roots = [ "/c", "/d" ]\nport = 1\n');
    expect(await set("dispatcher.port = 1\n", "dispatcher.port", "2")).toBe("dispatcher.port = 2\n");
  });

  test("finds the key that the parser finds, where the text hides it", async () => {
    const before = '[sdk]\nnote = """\n[dispatcher]\nport = 1\n"""\n[dispatcher]\nport = 2 # two\n';
    expect(await set(before, "dispatcher.port", "3")).toBe(before.replace("port = 2", "port = 3"));
  });

  test.each([
    [
      "a value in it",
      "dispatcher = { port = 1, address = 'a, }' } # mine\n",
      "{ port = 4, address = 'a, }' } # mine",
    ],
    ["a new one", "# all\ndispatcher = { host = 'a' } # mine\n", "{ host = 'a', port = 4 } # mine"],
    ["the first one", "dispatcher = {} # mine\n", "{ port = 4 } # mine"],
    ["a dotted key beside others", "dispatcher.host = 'a' # mine\n", "dispatcher.port = 4"],
  ])("of an inline table keeps its comments: %s", async (_, before, after) => {
    const text = await set(before, "dispatcher.port", "4");
    expect(text).toContain(after);
    expect(text).toContain("# mine");
    expect(loadConfig({ env: {}, file }).values.dispatcher.port).toBe(4);
  });

  test("keeps a file of CRLF lines one, comments and all", async () => {
    const before =
      "# mine\r\n[dispatcher] # ours\r\nport = 1 # one\r\naddress = 'a'\r\n\r\n[dask]\r\npid = 3\r\n";
    expect(await set(before, "dispatcher.port", "2")).toBe(before.replace("port = 1", "port = 2"));
    const added = await set(before, "dispatcher.host", "localhost");
    expect(added).toBe(before.replace("address = 'a'\r\n", "address = 'a'\r\nhost = \"localhost\"\r\n"));
  });

  test.each([
    ["a value where a table has to be", "# mine\ndispatcher = 3\n", 2],
    ["several tables of its name", "\n\n[[dispatcher]]\nport = 1\n", undefined],
    ["what is no TOML", "[dispatcher]\nport = 1\nhost = \n", 3],
  ])("%s is refused with its line, and nothing is written", async (_, before, line) => {
    const refused = set(before, "dispatcher.port", "4");
    await expect(refused).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    if (line !== undefined) await expect(refused).rejects.toThrow(`${file}, line ${line}`);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("refuses an unknown key and a wrong value, and writes nothing", async () => {
    await expect(setConfigValue(file, "dispatcher.prot", "1")).rejects.toMatchObject({
      code: "CONFIG_UNKNOWN_KEY",
    });
    await expect(setConfigValue(file, "dispatcher.port", "many")).rejects.toMatchObject({
      code: "USAGE",
    });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("the file", () => {
  test("keeps its mode and stays a link, and no temporary file is left", async () => {
    const target = join(directory, "dotfile");
    writeFileSync(target, "[dispatcher]\nport = 1\n");
    chmodSync(target, 0o640);
    symlinkSync(target, file);
    await setConfigValue(file, "dispatcher.port", "2");
    expect(readFileSync(target, "utf8")).toContain("port = 2");
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory).sort()).toEqual(["covalent.conf", "covalent.conf.lock", "dotfile"]);
  });

  test("loses no change of writers at the same time", async () => {
    const keys = [
      "dispatcher.port",
      "user_interface.port",
      "user_interface.dev_port",
      "executors.local.workers",
    ];
    await Promise.all(keys.map((key, index) => setConfigValue(file, key, String(index + 1))));
    const { values } = loadConfig({ env: {}, file });
    expect([
      values.dispatcher.port,
      values.user_interface.port,
      values.user_interface.dev_port,
      values.executors.local.workers,
    ]).toEqual([1, 2, 3, 4]);
  });
});

test("a place that cannot be written to is said, with the file", async () => {
  writeFileSync(join(directory, "plain"), "");
  const below = join(directory, "plain/covalent.conf");
  await expect(setConfigValue(below, "dispatcher.port", "1")).rejects.toMatchObject({
    code: "CONFIG_NOT_WRITTEN",
    details: { file: below, reason: expect.stringMatching(/ENOTDIR|EEXIST/) },
  });
});

describe("the lock", () => {
  const lock = () => join(directory, "a.lock");
  const takenElsewhere = () =>
    spawnSync("perl", [
      "-e",
      'use Fcntl ":flock"; open(F, ">>", $ARGV[0]); exit(flock(F, LOCK_EX|LOCK_NB) ? 0 : 1)',
      lock(),
    ]).status === 1;
  const hasPerl = spawnSync("perl", ["-v"]).status === 0;

  test.runIf(hasPerl)("is flock(2): other programs see it while it is held, and not after", async () => {
    await withFileLock(lock(), 5_000, () => expect(takenElsewhere()).toBe(true));
    expect(takenElsewhere()).toBe(false);
  });

  test.runIf(hasPerl)(
    "waits for another program that holds it, and gives up with the file's name",
    async () => {
      const other = spawn("perl", [
        "-e",
        'use Fcntl ":flock"; open(F, ">>", $ARGV[0]); flock(F, LOCK_EX); $| = 1; print "ok"; <STDIN>',
        lock(),
      ]);
      await once(other.stdout, "data");
      await expect(withFileLock(lock(), 100, () => undefined)).rejects.toMatchObject({
        code: "FILE_LOCKED",
        details: { file: lock() },
      });
      const waiting = withFileLock(lock(), 5_000, () => "mine");
      other.stdin.end();
      expect(await waiting).toBe("mine");
    },
  );

  test("is free again when the work fails", async () => {
    await expect(
      withFileLock(lock(), 5_000, () => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await withFileLock(lock(), 5_000, () => execFileSync("true").length)).toBe(0);
  });
});
