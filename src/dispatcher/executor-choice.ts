import type { StoredDispatch, StoredNode } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";

/**
 * Which executor runs a node. What the Python SDK calls `local` and `dask` are ways to run a task near the server: here that is one
 * executor, whose workers speak Python.
 */

type Language = StoredDispatch["language"];
type Asked = Pick<StoredNode, "executor">;

const PYTHON = "python";
const NEAR_THE_SERVER: ReadonlySet<string> = new Set(["local", "dask"]);

/** The name of the executor that runs a node of a dispatch in that language; `undefined` when none does. */
export function executorFor(language: Language, { executor }: Asked): string | undefined {
  if (language === "python") return NEAR_THE_SERVER.has(executor) ? PYTHON : undefined;
  return executor === PYTHON ? undefined : executor;
}

/** What people are told when a node did not run where it asked to; `undefined` when it did. */
export function noteOnExecutor(language: Language, { executor }: Asked): string | undefined {
  if (language !== "python" || executor === "local") return undefined;
  return `it asked for the executor ${executor}, and ran on this server's Python workers`;
}

/** The failure of a node that asks for an executor that there is not. */
export function unknownExecutor(language: Language, { executor }: Asked): Failure {
  const known = language === "python" ? `: tasks in Python run on ${[...NEAR_THE_SERVER].join(" or ")}` : "";
  return {
    kind: "executor",
    name: "UnknownExecutor",
    message: `there is no executor "${executor}" on this server${known}`,
  };
}
