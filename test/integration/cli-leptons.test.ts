import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasPython, unlessWithoutPython } from "../support/python.ts";
import { type CommandLine, commandLine } from "./cli-process.ts";

/** Leptons of a project of its own, whose server is told which Python there is. */
const WORKFLOW = `
import { electron, lattice, lepton } from "covalent-ts";

const words = lepton.shell<[string], string[]>({ command: 'printf "%s\\\\n" "$1" | tr " " "\\\\n"', output: "lines" });
const count = lepton.python<[string[]], Record<string, number>>({ module: "./steps/count.py", function: "count" });
const most = electron((counts: Record<string, number>) => Object.entries(counts).sort((a, b) => b[1] - a[1])[0]);
export const common = lattice((text: string) => most(count(words(text))));
`;
const COUNT = `
from folding import folded

def count(words):
    found = {}
    for word in words:
        found[folded(word)] = found.get(folded(word), 0) + 1
    return found
`;

let covalent: CommandLine;

beforeAll(async () => {
  covalent = commandLine();
  const file = (name: string) => join(covalent.home, "project", name);
  mkdirSync(file("steps"), { recursive: true });
  writeFileSync(file("package.json"), '{ "type": "module" }');
  writeFileSync(file("flow.ts"), WORKFLOW);
  writeFileSync(file("steps/count.py"), COUNT);
  writeFileSync(file("steps/folding.py"), "def folded(word): return word.lower()\n");
  // An interpreter that tells that it was asked: the server's setting reaches its tasks.
  const python = join(covalent.home, "python-of-the-server");
  writeFileSync(python, `#!/bin/sh\necho asked >> '${join(covalent.home, "asked")}'\nexec python3 "$@"\n`, {
    mode: 0o755,
  });
  await ran(["config", "set", "executors.local.python", python]);
  await ran(["start"]);
});
afterAll(() => covalent.dispose());

async function ran(args: readonly string[]) {
  const run = await covalent.run(args);
  if (run.code !== 0) throw new Error(run.stderr);
  return run;
}

const FILE = "project/flow.ts";

test("a plan says what each node is written in, and where it runs", async () => {
  const { stdout } = await ran(["dispatch", FILE, "--plan", "--args", '["a"]']);
  expect(stdout).toMatch(/words\s+lepton \(shell\)\s+local/);
  expect(stdout).toMatch(/count\s+lepton \(python\)\s+local/);
  expect(stdout).toMatch(/most\s+electron\s+local/);
});

describe.skipIf(!hasPython())(`a workflow with leptons${unlessWithoutPython}`, () => {
  test("runs with the server's interpreter, and again when its Python files are gone", async () => {
    const run = (await ran(["run", FILE, "--args", '["To be or to"]', "--json"])).json() as {
      readonly dispatch_id: string;
      readonly result: unknown;
    };
    expect(run.result).toEqual(["to", 2]);
    const asked = readFileSync(join(covalent.home, "asked"), "utf8");
    expect(asked).toBe("asked\n");
    rmSync(join(covalent.home, "project/steps"), { recursive: true });
    const again = (await ran(["redispatch", run.dispatch_id, "--args", '["or or to"]', "--json"])).json();
    const { dispatch_id: id } = again as { readonly dispatch_id: string };
    expect((await ran(["result", id, "--wait", "--json"])).json()).toMatchObject({ result: ["or", 2] });
    expect(await languagesOf(id)).toMatchObject({ words: "shell", count: "python", most: undefined });
  });
});

/** What the UI is told of each node. */
async function languagesOf(id: string): Promise<Readonly<Record<string, string | undefined>>> {
  const { url } = JSON.parse(readFileSync(join(covalent.home, ".cache/covalent/server.json"), "utf8"));
  const answer = await fetch(`${url}/api/v2/dispatches/${id}/graph`);
  const { words, nodes } = (await answer.json()) as {
    readonly words: readonly string[];
    readonly nodes: Readonly<Record<"name" | "language", readonly number[]>>;
  };
  const languages = nodes.name.map((name, at) => [words[name], words[nodes.language[at] ?? -1]]);
  return Object.fromEntries(languages);
}
