import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeOrigin, loadConfig } from "./config.ts";

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "covalent-config-"));
  file = join(home, "covalent.conf");
});
afterEach(() => rmSync(home, { recursive: true }));

const env = (more: Record<string, string> = {}) => ({ HOME: home, COVALENT_CONFIG_DIR: home, ...more });
const originOf = (config: ReturnType<typeof loadConfig>, key: string) =>
  describeOrigin(config.origins.get(key));

describe("precedence", () => {
  test("a default holds when nothing else is said", () => {
    const config = loadConfig({ env: env() });
    expect(config.values.dispatcher.port).toBe(48_008);
    expect(config.values.executors.local.workers).toBe(availableParallelism());
    expect(originOf(config, "dispatcher.port")).toBe("default");
  });

  test("the file wins over the default, a variable over the file, a flag over the variable", () => {
    writeFileSync(file, "[dispatcher]\nport = 1001\n");
    expect(loadConfig({ env: env() }).values.dispatcher.port).toBe(1001);
    expect(originOf(loadConfig({ env: env() }), "dispatcher.port")).toBe(`file ${file}`);

    const fromEnv = loadConfig({ env: env({ COVALENT_SVC_PORT: "1002" }) });
    expect(fromEnv.values.dispatcher.port).toBe(1002);
    expect(originOf(fromEnv, "dispatcher.port")).toBe("env COVALENT_SVC_PORT");

    const flags = [{ name: "--port", key: "dispatcher.port", value: "1003" }];
    const fromFlag = loadConfig({ env: env({ COVALENT_SVC_PORT: "1002" }), flags });
    expect(fromFlag.values.dispatcher.port).toBe(1003);
    expect(originOf(fromFlag, "dispatcher.port")).toBe("flag --port");
  });

  test("an empty variable counts as unset", () => {
    expect(loadConfig({ env: env({ COVALENT_SVC_PORT: "" }) }).values.dispatcher.port).toBe(48_008);
  });

  test("a key that the original has no variable for gets one from its name", () => {
    const config = loadConfig({
      env: env({ COVALENT_EXECUTORS_LOCAL_WORKERS: "7", COVALENT_DISPATCHER_DURABILITY: "power" }),
    });
    expect(config.values.executors.local.workers).toBe(7);
    expect(config.values.dispatcher.durability).toBe("power");
  });
});

describe("where files are", () => {
  test("everything is below the home directory", () => {
    const { values, file: conf } = loadConfig({ env: { HOME: home } });
    expect(conf).toBe(join(home, ".config/covalent/covalent.conf"));
    expect(values.dispatcher.db_path).toBe(join(home, ".local/share/covalent/dispatcher_db.sqlite"));
    expect(values.dispatcher.results_dir).toBe(join(home, ".local/share/covalent/data"));
    expect(values.dispatcher.cache_dir).toBe(join(home, ".cache/covalent"));
  });

  test("XDG variables are honoured, and the original's own name for the config directory", () => {
    const xdg = { HOME: home, XDG_CONFIG_HOME: "/c", XDG_CACHE_HOME: "/k", XDG_DATA_HOME: "/d" };
    const { values, file: conf } = loadConfig({ env: xdg });
    expect(conf).toBe("/c/covalent/covalent.conf");
    expect(values.dispatcher.cache_dir).toBe("/k/covalent");
    expect(values.dispatcher.db_path).toBe("/d/covalent/dispatcher_db.sqlite");
    expect(loadConfig({ env: { ...xdg, XDG_CONFIG_DIR: "/x" } }).file).toBe("/x/covalent.conf");
  });

  test("the original's variables name directories and the database directly", () => {
    const { values } = loadConfig({
      env: env({
        COVALENT_CACHE_DIR: "/cache",
        COVALENT_DATA_DIR: "/data",
        COVALENT_DATABASE: "/db.sqlite",
        COVALENT_LOGDIR: "/log",
      }),
    });
    expect(values.dispatcher.cache_dir).toBe("/cache");
    expect(values.dispatcher.results_dir).toBe("/data");
    expect(values.dispatcher.db_path).toBe("/db.sqlite");
    expect(values.dispatcher.log_dir).toBe("/log");
  });

  test("~ is the home directory and a relative path starts where the command runs", () => {
    expect(loadConfig({ env: env({ COVALENT_DATABASE: "~/a.sqlite" }) }).values.dispatcher.db_path).toBe(
      join(home, "a.sqlite"),
    );
    expect(loadConfig({ env: env({ COVALENT_DATABASE: "b.sqlite" }) }).values.dispatcher.db_path).toBe(
      join(process.cwd(), "b.sqlite"),
    );
  });

  test("a relative path of the file starts at the file, wherever the command runs", () => {
    writeFileSync(file, '[dispatcher]\nresults_dir = "results"\n');
    expect(loadConfig({ env: env() }).values.dispatcher.results_dir).toBe(join(dirname(file), "results"));
  });
});

describe("what the original writes", () => {
  test("yes and no as text are understood", () => {
    writeFileSync(file, '[sdk]\nno_cluster = "true"\ntask_packing = "false"\n');
    expect(loadConfig({ env: env() }).values.sdk).toMatchObject({ no_cluster: true, task_packing: false });
  });

  test("COVALENT_SERVER_IFACE_ANY opens every interface, and only when it says yes", () => {
    expect(loadConfig({ env: env({ COVALENT_SERVER_IFACE_ANY: "t" }) }).values.dispatcher.host).toBe(
      "0.0.0.0",
    );
    expect(loadConfig({ env: env({ COVALENT_SERVER_IFACE_ANY: "False" }) }).values.dispatcher.host).toBe(
      "127.0.0.1",
    );
  });

  test("keys and sections that are not ours are kept and named", () => {
    writeFileSync(file, '[dask]\npid = 12\n[executors.slurm]\nusername = "ada"\n');
    expect(loadConfig({ env: env() }).unknown).toEqual([
      { key: "dask.pid", value: 12 },
      { key: "executors.slurm.username", value: "ada" },
    ]);
  });
});

describe("what is wrong", () => {
  test("text that is not TOML is refused with file and line", () => {
    writeFileSync(file, "[dispatcher]\nport = = 3\n");
    expect(() => loadConfig({ env: env() })).toThrow(
      new RegExp(`${file}, line 2, column \\d+: it is not TOML`),
    );
  });

  test("a value of the wrong type is refused with file, line and key", () => {
    writeFileSync(file, '# mine\n[dispatcher]\nport = "many"\n');
    expect(() => loadConfig({ env: env() })).toThrow(
      `${file}, line 3: dispatcher.port must be a whole number from 0 to 65535, not "many"`,
    );
  });

  test("a wrong variable is named, and a wrong flag", () => {
    expect(() => loadConfig({ env: env({ COVALENT_SVC_PORT: "70000" }) })).toThrow(
      "env COVALENT_SVC_PORT: dispatcher.port must be",
    );
    const flags = [{ name: "--workers", key: "executors.local.workers", value: "0" }];
    expect(() => loadConfig({ env: env(), flags })).toThrow(
      "--workers must be a whole number from 1 to 10000, not 0",
    );
  });
});

test("nothing of it can be changed", () => {
  const { values } = loadConfig({ env: env() });
  expect(Object.isFrozen(values.executors.local)).toBe(true);
});

test("limits are tables of names and whole numbers, in the file or in a variable", () => {
  writeFileSync(file, '[limits.tags]\ngpu = 2\n"a.b" = 1\n');
  expect(loadConfig({ env: env() }).values.limits).toEqual({
    tags: { gpu: 2, "a.b": 1 },
    executors: {},
    sublattices: 0,
  });
  const more = env({ COVALENT_LIMITS_TAGS: "gpu=3, licence=1", COVALENT_LIMITS_EXECUTORS: "local=4" });
  expect(loadConfig({ env: more }).values.limits).toEqual({
    tags: { gpu: 3, licence: 1 },
    executors: { local: 4 },
    sublattices: 0,
  });
  const wrong = env({ COVALENT_LIMITS_TAGS: "gpu=none" });
  expect(() => loadConfig({ env: wrong })).toThrow("names with a whole number above 0 each");
});
