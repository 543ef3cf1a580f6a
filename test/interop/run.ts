/**
 * The Python SDK against our server: sets up a virtual environment with the SDK, starts a server of the built package, and runs the
 * tests of this folder. With `COVALENT_SRC`, a checkout of the original of the same release, its functional tests run as well.
 *
 *     npm run test:interop -- [--report FILE] [arguments of pytest]
 *
 * The report is `{ "passed", "failed" }`, or `{ "missing": why nothing was run }`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildIfStale } from "../../scripts/build.mjs";
import { type InteropServer, startServer } from "./interop-server.ts";
import { preparePython } from "./python-environment.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** The original's own tests need more than ours. */
const WANTED = {
  sdk: process.env.COVALENT_SDK_VERSION ?? "0.240.0",
  packages: ["pytest", ...(process.env.COVALENT_SRC ? ["numpy", "pytest_asyncio"] : [])],
};

const HERE = fileURLToPath(new URL(".", import.meta.url));

async function main(given: readonly string[]): Promise<Count | { readonly missing: string }> {
  const environment = preparePython("interop", WANTED);
  if ("missing" in environment) return environment;
  buildIfStale({ check: false });
  using server = await startServer(environment.python);
  const own = pytest(environment.python, HERE, given, server);
  const checkout = process.env.COVALENT_SRC;
  if (checkout === undefined || checkout === "") return own;
  const theirs = pytest(environment.python, copyOfTests(checkout, server), [], server);
  return { passed: own.passed + theirs.passed, failed: own.failed + theirs.failed };
}

/** Without the sources beside them: what is tested with is the SDK that is installed. */
function copyOfTests(checkout: string, { directory }: InteropServer): string {
  const source = join(checkout, "tests", "functional_tests");
  if (!existsSync(source)) throw new Error(`COVALENT_SRC: there is no ${source}`);
  const target = join(directory, "tests", "functional_tests");
  cpSync(source, target, { recursive: true });
  return target;
}

function pytest(python: string, tests: string, more: readonly string[], server: InteropServer): Count {
  const report = join(server.directory, "junit.xml");
  const parameters = ["-m", "pytest", tests, "-p", "no:cacheprovider", "-q", "--tb=short"];
  const { status } = spawnSync(python, [...parameters, `--junitxml=${report}`, ...more], {
    cwd: server.directory,
    env: { ...server.env, PYTHONDONTWRITEBYTECODE: "1", PATH: `${dirname(python)}:${process.env.PATH}` },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return existsSync(report) ? countOf(readFileSync(report, "utf8"), status) : { passed: 0, failed: 1 };
}

/** What is skipped has not passed; the original marks some of its own tests as such. */
function countOf(junit: string, status: number | null): Count {
  const number = (name: string) =>
    Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(junit)?.[1] ?? 0);
  const failed = number("failures") + number("errors");
  const passed = number("tests") - failed - number("skipped");
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

const given = process.argv.slice(2);
const at = given.indexOf("--report");
const [, report] = at < 0 ? [] : given.splice(at, 2);
const outcome = await main(given);
if (report !== undefined) writeFileSync(report, JSON.stringify(outcome));
console.log("missing" in outcome ? outcome.missing : `${outcome.passed} passed, ${outcome.failed} failed`);
if ("failed" in outcome && outcome.failed > 0) process.exitCode = 1;
