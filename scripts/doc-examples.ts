import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Compiles the examples in doc comments that import `covalent-ts`, as a user's strict project would compile them. Each is a module
 * of its own; what is wrong is told by the file and line of the comment.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const directory = join(ROOT, `doc-examples.${process.pid}`);
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const EXAMPLE = /^[ \t]*\* @example\n((?:[ \t]*\*(?!\/)(?! @).*\n)+)/gm;

interface Example {
  readonly place: string;
  readonly code: string;
}

function examplesOf(file: string): Example[] {
  const text = readFileSync(join(ROOT, "src", file), "utf8");
  return [...text.matchAll(EXAMPLE)].flatMap(({ index, 1: comment = "" }) => {
    const code = comment.replace(/^[ \t]*\* ?/gm, "");
    const line = text.slice(0, index).split("\n").length + 1;
    return /from "covalent-ts/.test(code) ? [{ place: `src/${file}:${line}`, code }] : [];
  });
}

const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
const examples = files.filter((file) => /(?<!\.test)\.ts$/.test(file)).flatMap(examplesOf);
const options = {
  extends: "../tsconfig.json",
  compilerOptions: { noUnusedLocals: false },
  include: ["*.ts"],
};
mkdirSync(directory);
try {
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(options));
  for (const [index, { code }] of examples.entries())
    writeFileSync(join(directory, `example${index}.ts`), `${code}\nexport {};\n`);
  const { status, stdout } = spawnSync(process.execPath, [TSC, "-p", directory, "--pretty", "false"], {
    cwd: directory,
    encoding: "utf8",
  });
  process.stdout.write(
    stdout.replace(/^example(\d+)\.ts/gm, (_, index) => examples[Number(index)]?.place ?? ""),
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(`${examples.length} examples in doc comments`);
