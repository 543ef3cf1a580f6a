import type { Bundle } from "../bundle/bundle.ts";
import type { CodeDigests } from "../bundle/code-digests/code-digests.ts";

/** What workers will run. */
export interface Code {
  readonly bundle: Bundle;
  /** By the id of everything that evaluating the bundle defines, before any lattice was traced: tracing may define more, which no worker finds. */
  readonly digests: CodeDigests;
}
