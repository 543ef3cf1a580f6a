// Reads Vitest's report and that of the tests with the Python SDK, says in the very last line how many tests passed and failed, and fails when anything did:
//   node .ci/verdict.mjs <report> <exit code of the checks> <exit code of the tests> <report of test:interop>
// The checks count as one; a skipped test counts as failed, since nobody would notice that it no longer runs, unless its name
// says what it is "skipped without", and that is not the browser, which is installed.

import { readFileSync } from "node:fs";

const [file, checks, tests, interopFile] = process.argv.slice(2);

const report = read(file);
const skipped = report.testResults
  .flatMap((suite) => suite.assertionResults)
  .filter((result) => result.status !== "passed" && result.status !== "failed");
for (const { fullName, status } of skipped) console.log(`${status}: ${fullName}`);

// What .ci/run installs is never missing unnoticed.
const unexpected = skipped.filter(
  ({ fullName }) => !fullName.includes("skipped without") || fullName.includes("skipped without chromium"),
);

const interop = readInterop(interopFile);
const passed = report.numPassedTests + (checks === "0" ? 1 : 0) + interop.passed;
let failed = interop.failed + report.numFailedTests + unexpected.length + (checks === "0" ? 0 : 1);
// A file fails without a failed test when it cannot be loaded or leaves something behind.
failed += report.testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((result) => result.status === "failed"),
).length;
if (failed === 0 && (tests !== "0" || report.numPassedTests === 0)) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Where it says why nothing was run, nothing counts; a report that is not there is a failure. */
function readInterop(path) {
  try {
    const { passed = 0, failed = 0, missing } = JSON.parse(readFileSync(path, "utf8"));
    if (missing !== undefined) console.log(`The tests with the Python SDK were ${missing}.`);
    return { passed, failed };
  } catch (error) {
    console.log(`There is no report of the tests with the Python SDK: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.log(`There is no report of the tests: ${error.message}`);
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}
