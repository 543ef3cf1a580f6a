import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cancel, dispatch, dispatchSync, getResult, type NodeResult } from "covalent-ts";
import { startServer, type TestServer } from "covalent-ts/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { yearlyRise } from "../../examples/languages/yearly-rise.ts";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { hasPython, numpyPath, unlessWithoutPython } from "../support/python.ts";
import {
  arrays,
  cached,
  echoed,
  echoedAll,
  endings,
  failing,
  mixed,
  overdue,
  reported,
  retried,
  talkative,
  unending,
  unfit,
} from "./workflows/leptons.ts";

/** Graphs of several languages, with real workers and a real interpreter. */
let server: TestServer;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "covalent-leptons-"));
  server = await startServer();
});

afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

describe.skipIf(!hasPython())(`a workflow of several languages${unlessWithoutPython}`, () => {
  test("hands values from shell to TypeScript to Python and back, out of files that travel with it", async () => {
    const { status, result, error } = await dispatchSync(mixed, server)("3\n1\n2");
    expect({ status, error }).toEqual({ status: "COMPLETED", error: undefined });
    expect(result).toEqual({ total: 3, all: 60, mean: 2, area: "6 m2" });
  });

  test("maps a Python function over a list that only exists when it runs", async () => {
    const { result } = await dispatchSync(echoedAll, server)(["a", { b: [1, null] }, Number.NaN]);
    expect(result).toEqual(["a", { b: [1, null] }, Number.NaN]);
  });

  test("shows what Python and shell printed, and gives them their environment and directory", async () => {
    const { result, nodes } = await dispatchSync(talkative, server)("it's $HOME");
    expect(result).toEqual([["hello", "/"], "it's $HOME"]);
    const say = nodeOf(nodes, "say");
    expect([await say.stdout(), await say.stderr()]).toEqual([
      "said it's $HOME\n",
      "complained it's $HOME\n",
    ]);
    const shout = nodeOf(nodes, "shout");
    expect([await shout.stdout(), await shout.stderr()]).toEqual(["it's $HOME", "warning: it's $HOME\n"]);
  });

  test("fails with the error of the Python function and its traceback in the user's files", async () => {
    const { status, error, nodes } = await dispatchSync(failing, server)([{}]);
    expect(status).toBe("FAILED");
    expect(error?.message).toContain("broken");
    const failure = await failureOf(nodes, "broken");
    expect(failure).toMatchObject({ kind: "user-error", name: "KeyError", message: "'missing'" });
    expect(failure?.stack).toMatch(/File "test\/e2e\/workflows\/python\/tasks\.py", line \d+, in broken/);
    expect(failure?.stack).not.toContain("lepton_call");
    const { file, line, first, lines } = failure?.source ?? {};
    expect(file).toBe("test/e2e/workflows/python/tasks.py");
    expect(lines?.[(line ?? 0) - (first ?? 0)]).toBe('    return rows[0]["missing"]');
  });

  test("says which value cannot cross, where in it, and does not try again", async () => {
    const sent = await dispatchSync(echoed, server)({ rows: [{ at: new Date(0) }] });
    const input = await failureOf(sent.nodes, "echo");
    expect(input).toMatchObject({ kind: "input" });
    expect(input?.message).toContain(
      "the argument arg[0].rows[0].at of the lepton echo cannot be given to it: it is a Date.",
    );
    const returned = await dispatchSync(unfit, server)();
    const output = await failureOf(returned.nodes, "unserializable");
    expect(output).toMatchObject({ kind: "output" });
    expect(output?.message).toContain("value.when, cannot be given back: it is a set. Return a list");
    expect(await nodeOf(returned.nodes, "unserializable").attempts()).toHaveLength(1);
  });

  test("tells apart how a process can end", async () => {
    const { nodes } = await dispatchSync(endings, server)();
    const names = ["crash", "leave", "nowhere", "exits"] as const;
    const [crash, leave, nowhere, exits] = await Promise.all(names.map((name) => failureOf(nodes, name)));
    expect(crash).toMatchObject({ kind: "user-error", name: "PythonEnded" });
    expect(crash?.message).toContain("was ended by SIGABRT before the function returned");
    expect(leave).toMatchObject({ name: "SystemExit", message: "the function called sys.exit(3)" });
    expect(nowhere).toMatchObject({ kind: "executor" });
    expect(nowhere?.message).toContain(
      "the lepton nowhere cannot run no-such-python: there is no such program",
    );
    expect(exits).toMatchObject({ kind: "user-error", name: "CommandFailed" });
    expect(exits?.message).toContain("exit code 28:\nno space left: /dev/full");
  });

  test("tries a Python function again after errors of the classes it names", async () => {
    const journal = join(scratch, "retried");
    const { result } = await dispatchSync(retried, server)(journal, 3);
    expect(result).toBe(3);
    expect(await readFile(journal, "utf8")).toBe("called\n".repeat(3));
  });

  test("ends the processes of what is cancelled or takes too long", async () => {
    const journal = join(scratch, "unending");
    const id = await dispatch(unending, server)(journal);
    await expect.poll(async () => (await processesOf(journal)).length, { timeout: 30_000 }).toBe(2);
    await cancel(id, { ...server, wait: true });
    expect((await getResult(id, server)).status).toBe("CANCELLED");
    await untilGone(await processesOf(journal));
    expect(await readFile(journal, "utf8")).toContain("tidied up");
    const late = join(scratch, "late");
    const { nodes } = await dispatchSync(overdue, server)(late);
    expect(await failureOf(nodes, "late")).toMatchObject({ kind: "timeout" });
    await untilGone(await processesOf(late));
  });

  test("takes the result of a shell command over from an earlier dispatch", async () => {
    const journal = join(scratch, "cached");
    for (const text of ["once", "once", "twice"]) {
      expect((await dispatchSync(cached, server)(journal, text)).result).toBe(text);
    }
    expect(await readFile(journal, "utf8")).toBe("once\ntwice\n");
  });

  test("runs the example of the documentation", async () => {
    const { result } = await dispatchSync(yearlyRise, server)("examples/quickstart/data/mauna-loa-co2.csv");
    expect(result).toBeCloseTo(1.3, 1);
  });

  test("reads the files that a command makes", async () => {
    const file = join(scratch, "words.txt");
    await writeFile(file, "abc\n");
    expect((await dispatchSync(reported, server)(file)).result).toBe(4);
  });
});

describe.skipIf(!hasPython())(`typed arrays${unlessWithoutPython}`, () => {
  test("are NumPy arrays in Python, and come back as what they were, however large", async (context) => {
    const path = numpyPath();
    if (path === undefined) return context.skip("skipped without NumPy, which pip cannot install");
    expect(await arraysWith(path)).toEqual(["numpy.ndarray", expect.any(Float64Array)]);
  });

  test("are arrays of Python's own where there is no NumPy", async () => {
    const directory = join(scratch, "without-numpy");
    await mkdir(directory);
    await writeFile(join(directory, "numpy.py"), 'raise ImportError("not here")\n');
    expect(await arraysWith(directory)).toEqual(["array.array", undefined]);
  });

  /** The class that arrives, and what half of it is: plain arrays of Python cannot be divided. */
  async function arraysWith(path: string): Promise<unknown> {
    vi.stubEnv("PYTHONPATH", path);
    const own = await startServer({ workers: 1 }).finally(() => vi.unstubAllEnvs());
    try {
      const count = 300_000;
      const { nodes } = await dispatchSync(arrays, own)(count);
      const described = await nodeOf(nodes, "describe").output();
      const half = await nodeOf(nodes, "halved").output();
      expect(described).toEqual([expect.any(String), (count * (count - 1)) / 2]);
      if (half !== undefined) expect((half as Float64Array)[count - 1]).toBe((count - 1) / 2);
      return [(described as readonly unknown[])[0], half];
    } finally {
      await own.close();
    }
  }
});

function nodeOf(nodes: readonly NodeResult[], name: string): NodeResult {
  const node = nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`there is no node ${name}`);
  return node;
}

/** How the last attempt of a node failed. */
async function failureOf(nodes: readonly NodeResult[], name: string) {
  return (await nodeOf(nodes, name).attempts()).at(-1)?.failure;
}

/** The pids that tasks have written down. */
async function processesOf(journal: string): Promise<number[]> {
  const text = await readFile(journal, "utf8").catch(() => "");
  return Array.from(text.matchAll(/^start (\d+)$/gm), ([, pid]) => Number(pid));
}

async function untilGone(pids: readonly number[]): Promise<void> {
  await expect
    .poll(() => pids.filter((pid) => identifyProcess(pid) !== undefined), { timeout: 10_000 })
    .toEqual([]);
}
