import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What a virtual environment holds. */
export interface Wanted {
  /** The release of the Python SDK. */
  readonly sdk: string;
  /** What else, as pip is told it: `"pytest"`, `"fastapi<0.116"`. */
  readonly packages: readonly string[];
}

/** A virtual environment that holds it. */
export interface PythonEnvironment {
  readonly python: string;
}

/**
 * Makes a virtual environment, or finds the one of this name and release that an earlier run has made.
 *
 * @returns why there is none, when there is no Python or no package index that can be reached
 * @throws when the packages are there and cannot be installed
 * @example
 * preparePython("interop", { sdk: "0.240.0", packages: ["pytest"] }); // { python: "/home/me/.cache/.../bin/python" }
 */
export function preparePython(
  name: string,
  { sdk, packages }: Wanted,
): PythonEnvironment | { readonly missing: string } {
  const directory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "covalent-ts", name);
  const venv = join(directory, sdk);
  const python = join(venv, "bin", "python");
  const requirements = [`covalent==${sdk}`, ...packages];
  if (isReady(venv, requirements)) return { python };
  const base = process.env.COVALENT_PYTHON ?? "python3";
  if (!run(base, ["--version"])) return { missing: `skipped without Python: ${base} cannot be executed` };
  mkdirSync(directory, { recursive: true });
  if (!existsSync(python) && !run(base, ["-m", "venv", venv]))
    return { missing: "skipped without Python's venv module" };
  if (!run(python, ["-m", "pip", "index", "versions", "covalent"]))
    return { missing: "skipped without a package index (PyPI) that can be reached" };
  console.error(`Installing ${requirements.join(" and ")} in ${venv} (only this once) ...`);
  const install = ["-m", "pip", "install", "--quiet", ...requirements];
  const { status, stderr } = spawnSync(python, install, { encoding: "utf8" });
  if (status !== 0) throw new Error(`pip could not install them:\n${stderr}`);
  writeFileSync(recordOf(venv), recordText(requirements));
  if (!isReady(venv, requirements)) throw new Error(`${python} cannot import covalent`);
  return { python };
}

/** Written last: what an interrupted installation has left is not taken for a whole one. */
const recordOf = (venv: string): string => join(venv, "installed-by-covalent-ts.txt");
const recordText = (requirements: readonly string[]): string => `${requirements.join("\n")}\n`;

function isReady(venv: string, requirements: readonly string[]): boolean {
  const record = recordOf(venv);
  if (!existsSync(record) || readFileSync(record, "utf8") !== recordText(requirements)) return false;
  return run(join(venv, "bin", "python"), ["-c", "import covalent"]);
}

function run(program: string, parameters: readonly string[]): boolean {
  return spawnSync(program, parameters, { stdio: "ignore", timeout: 120_000 }).status === 0;
}
