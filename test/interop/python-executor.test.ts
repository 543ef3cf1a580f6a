import { it } from "vitest";
import { describeExecutor } from "../contract/executor.ts";
import { pythonRig } from "./python-rig.ts";

/** Set by `npm run test:interop`: an interpreter that has the SDK. */
const python = process.env.COVALENT_TEST_PYTHON;

if (python === undefined)
  it.skip("the Python executor is tested by npm run test:interop (skipped without the Python SDK)", () =>
    undefined);
else describeExecutor("the Python executor", () => pythonRig(python));
