import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The release of the Python SDK that is tested with. */
const SDK_VERSION = process.env.COVALENT_SDK_VERSION ?? "0.240.0";

/** The original's own tests need more than ours. */
const MODULES = ["covalent", "pytest", ...(process.env.COVALENT_SRC ? ["numpy", "pytest_asyncio"] : [])];
const PACKAGES = MODULES.map((name) =>
  name === "covalent" ? `covalent==${SDK_VERSION}` : name.replace("_", "-"),
);

/** A virtual environment with the SDK and pytest. */
export interface PythonEnvironment {
  readonly python: string;
}

/**
 * Makes the environment, or finds the one that an earlier run has made.
 *
 * @returns why there is none, when there is no Python or no package index that can be reached
 * @throws when the packages are there and cannot be installed
 */
export function preparePython(): PythonEnvironment | { readonly missing: string } {
  const directory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "covalent-ts", "interop");
  const venv = join(directory, SDK_VERSION);
  const python = join(venv, "bin", "python");
  if (isReady(python)) return { python };
  const base = process.env.COVALENT_PYTHON ?? "python3";
  if (!run(base, ["--version"])) return { missing: `skipped without Python: ${base} cannot be executed` };
  mkdirSync(directory, { recursive: true });
  if (!existsSync(python) && !run(base, ["-m", "venv", venv]))
    return { missing: "skipped without Python's venv module" };
  if (!run(python, ["-m", "pip", "index", "versions", "covalent"]))
    return { missing: "skipped without a package index (PyPI) that can be reached" };
  console.error(`Installing ${PACKAGES.join(" and ")} in ${venv} (only this once) ...`);
  const { status, stderr } = spawnSync(python, ["-m", "pip", "install", "--quiet", ...PACKAGES], {
    encoding: "utf8",
  });
  if (status !== 0 || !isReady(python)) throw new Error(`pip could not install them:\n${stderr}`);
  return { python };
}

function isReady(python: string): boolean {
  const program = `import sys, ${MODULES.join(", ")}; sys.exit(covalent.__version__ != "${SDK_VERSION}")`;
  return existsSync(python) && run(python, ["-c", program]);
}

function run(program: string, parameters: readonly string[]): boolean {
  return spawnSync(program, parameters, { stdio: "ignore", timeout: 120_000 }).status === 0;
}
