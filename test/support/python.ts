import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** True when there is a Python; in CI there has to be one, and what needs it fails without. */
export function hasPython(): boolean {
  return Boolean(process.env.CI) || works("python3", ["--version"]);
}

/** For the names of suites, so that nobody takes a skipped one for a passed one. */
export const unlessWithoutPython = hasPython() ? "" : " (skipped without python3)";

/**
 * A directory for PYTHONPATH that makes `import numpy` work, empty when it does anyway. Where NumPy is missing it is installed, once,
 * into a cache of ours.
 *
 * @throws in CI, why it cannot be installed
 * @returns `undefined` elsewhere, when it cannot be
 */
export function numpyPath(): string | undefined {
  if (works("python3", ["-c", "import numpy"])) return "";
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const directory = join(cache, "covalent-ts", "numpy");
  if (!existsSync(join(directory, "numpy"))) {
    mkdirSync(directory, { recursive: true });
    const install = ["-m", "pip", "install", "--quiet", "--target", directory, "numpy"];
    const { status, stderr } = spawnSync("python3", install, { encoding: "utf8" });
    if (status !== 0 && process.env.CI) throw new Error(`pip could not install numpy:\n${stderr}`);
    if (status !== 0) return undefined;
  }
  return directory;
}

function works(program: string, parameters: readonly string[]): boolean {
  return spawnSync(program, parameters, { stdio: "ignore" }).status === 0;
}
