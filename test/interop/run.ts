/**
 * The Python SDK against our server: sets up a virtual environment with the SDK, starts a server of the built package, and runs the
 * tests of this folder, for each release of the SDK that is supported. With `COVALENT_SRC`, a checkout of the original, its functional
 * tests run as well, with the SDK of its release.
 *
 *     npm run test:interop -- [--sdk RELEASE] [--report FILE] [arguments of pytest]
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

/** Of the SDK, the newest first. */
const RELEASES = ["0.240.0", "0.238.0"];

const HERE = fileURLToPath(new URL(".", import.meta.url));

async function main(
  releases: readonly string[],
  given: readonly string[],
): Promise<Count | { readonly missing: string }> {
  buildIfStale({ check: false });
  let total = NONE;
  for (const sdk of releases) {
    console.log(`covalent ${sdk}:`);
    const count = await withSdk(sdk, given);
    if ("missing" in count) return count;
    total = sum(total, count);
  }
  return total;
}

async function withSdk(sdk: string, given: readonly string[]): Promise<Count | { readonly missing: string }> {
  const checkout = checkoutOf(sdk);
  // The original's own tests need more than ours.
  const packages = ["pytest", ...(checkout === undefined ? [] : ["numpy", "pytest-asyncio", "pytest-mock"])];
  const environment = preparePython("interop", { sdk, packages });
  if ("missing" in environment) return environment;
  using server = await startServer(environment.python);
  const own = pytest(environment.python, HERE, given, server);
  // Whoever asks for some tests of pytest's does not ask for this one.
  const executor = given.length > 0 ? NONE : executorSuite(environment.python, server);
  const theirs =
    checkout === undefined ? NONE : pytest(environment.python, copyOfTests(checkout, server), [], server);
  return sum(own, executor, theirs);
}

/** The checkout of the original when it is of this release: `0.240.0-rc.0` is of 0.240.0. */
function checkoutOf(sdk: string): string | undefined {
  const checkout = process.env.COVALENT_SRC;
  if (checkout === undefined || checkout === "") return undefined;
  const [release = ""] = readFileSync(join(checkout, "VERSION"), "utf8").trim().split("-");
  if (!RELEASES.includes(release)) throw new Error(`COVALENT_SRC: there is no test with release ${release}`);
  return release === sdk ? checkout : undefined;
}

/** What every executor must do, by the Python executor. */
function executorSuite(python: string, { directory }: InteropServer): Count {
  const report = join(directory, "executor.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = spawnSync("vitest", ["run", join(HERE, "python-executor.test.ts"), ...reporters], {
    cwd: join(HERE, "..", ".."),
    env: { ...process.env, COVALENT_TEST_PYTHON: python },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8"));
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

const NONE: Count = { passed: 0, failed: 0 };

function sum(...counts: readonly Count[]): Count {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), NONE);
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
const option = (name: string): string | undefined => {
  const at = given.indexOf(name);
  return at < 0 ? undefined : given.splice(at, 2)[1];
};
const report = option("--report");
const release = option("--sdk");
const outcome = await main(release === undefined ? RELEASES : [release], given);
if (report !== undefined) writeFileSync(report, JSON.stringify(outcome));
console.log("missing" in outcome ? outcome.missing : `${outcome.passed} passed, ${outcome.failed} failed`);
if ("failed" in outcome && outcome.failed > 0) process.exitCode = 1;
