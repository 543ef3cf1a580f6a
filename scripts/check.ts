import { spawnSync } from "node:child_process";

/**
 * Everything that can be said about the code without running it: types, style, borders, dead code, sizes, mirrored
 * documentation and the published package. All checks run, then all failures are shown.
 */

interface Check {
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
}

const CHECKS: readonly Check[] = [
  // First: the examples import the package by its name, which is the build.
  { name: "build", command: "node", parameters: ["scripts/build.mjs"] },
  { name: "doc examples", command: "node", parameters: ["scripts/doc-examples.ts"] },
  { name: "types", command: "tsc", parameters: ["-p", "."] },
  { name: "types of the web UI", command: "tsc", parameters: ["-p", "ui"] },
  { name: "style", command: "biome", parameters: ["ci", "--colors=off", "--max-diagnostics=50"] },
  {
    name: "borders",
    command: "depcruise",
    parameters: ["--output-type", "err-long", "src", "test", "scripts", "bin", "ui/src"],
  },
  { name: "dead code", command: "knip", parameters: ["--no-progress"] },
  { name: "file sizes", command: "node", parameters: ["scripts/file-sizes.ts"] },
  { name: "generated docs", command: "node", parameters: ["scripts/generate-docs.ts", "--check"] },
  { name: "package", command: "publint", parameters: ["--strict"] },
];

const failed: string[] = [];
for (const check of CHECKS) {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(check.command, check.parameters, { encoding: "utf8" });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  if (status === 0) {
    console.log(`ok     ${check.name} (${seconds} s)`);
    continue;
  }
  failed.push(check.name);
  console.log(`FAILED ${check.name} (${seconds} s)\n${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`);
}

console.log(failed.length === 0 ? "All checks passed." : `Failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
