import { describeExecutor } from "../contract/executor.ts";
import { localRig } from "./local-executor/rig.ts";

describeExecutor("the local executor", () => localRig());
