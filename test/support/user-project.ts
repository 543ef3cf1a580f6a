import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A user's project in a temporary directory, with an SDK in its node_modules that records what is defined. */
export interface UserProject extends AsyncDisposable {
  readonly root: string;
  path(name: string): string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** What `node` (or `tsx`) finds defined when it runs the user's own files. */
  definitions(entry: string, runner?: "node" | "tsx"): Promise<Definition[]>;
}

interface Definition {
  readonly module: string;
  readonly name: string;
  readonly ordinal: number;
  readonly bundled: boolean;
}

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** The real `define`, called as `electron()` calls it, with a record of what it gives. */
const RECORDING_SDK = `
import { define } from ${JSON.stringify(join(REPOSITORY, "src/definition/definitions.ts"))};
globalThis.definitions ??= [];
const maker = (kind) =>
  function make(first, second) {
    const [options, fn] = second === undefined ? [{}, first] : [first, second];
    globalThis.definitions.push(define(kind, fn, options.name, make, {}));
    return { function: fn };
  };
export const electron = maker("electron"), task = electron;
export const lattice = maker("lattice"), workflow = lattice;
export const dispatch = () => async () => "an id";
export const getResult = async () => ({});
`;

const CLIENT = `
await import(process.argv[2]);
process.stdout.write(JSON.stringify(globalThis.definitions));
`;

export async function userProject(files: Readonly<Record<string, string>>): Promise<UserProject> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "covalent user-project-")));
  const path = (name: string) => join(root, name);
  const write = async (more: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(more)) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), text);
    }
  };
  await write({
    "package.json": '{ "name": "user-project", "type": "module" }',
    "node_modules/covalent-ts/package.json":
      '{ "name": "covalent-ts", "type": "module", "exports": "./index.js" }',
    "node_modules/covalent-ts/index.js": RECORDING_SDK,
    "client.mjs": CLIENT,
    ...files,
  });
  return {
    root,
    path,
    write,
    definitions: (entry, runner = "node") => definitions(root, path(entry), runner),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function definitions(root: string, entry: string, runner: "node" | "tsx"): Promise<Definition[]> {
  const tsx = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;
  const args = [...(runner === "tsx" ? ["--import", tsx] : []), join(root, "client.mjs"), entry];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("[{")));
}
