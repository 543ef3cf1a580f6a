// Reads Vitest's report, says in the very last line how many tests passed and failed, and fails when anything did:
//   node .ci/verdict.mjs <report> <exit code of the checks> <exit code of the tests>
// The checks count as one; a skipped test counts as failed, since nobody would notice that it no longer runs, unless its name
// says what it is "skipped without".

import { readFileSync } from "node:fs";

const [file, checks, tests] = process.argv.slice(2);

const report = read(file);
const skipped = report.testResults
  .flatMap((suite) => suite.assertionResults)
  .filter((result) => result.status !== "passed" && result.status !== "failed");
for (const { fullName, status } of skipped) console.log(`${status}: ${fullName}`);

const unexpected = skipped.filter(({ fullName }) => !fullName.includes("skipped without"));

const passed = report.numPassedTests + (checks === "0" ? 1 : 0);
let failed = report.numFailedTests + unexpected.length + (checks === "0" ? 0 : 1);
// A file fails without a failed test when it cannot be loaded or leaves something behind.
failed += report.testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((result) => result.status === "failed"),
).length;
if (failed === 0 && (tests !== "0" || report.numPassedTests === 0)) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.log(`There is no report of the tests: ${error.message}`);
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}
