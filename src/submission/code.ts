import type { Bundle } from "../bundle/bundle.ts";
import type { CodeDigests } from "../bundle/code-digests/code-digests.ts";

/** Code that workers run, as far as a manifest speaks of it. */
export interface DefinedCode {
  readonly bundle: {
    readonly digest: string;
    readonly bytes: { readonly byteLength: number };
    /** The user's project; `null` where nobody knows it. */
    readonly root: string | null;
    readonly externals: Bundle["externals"];
  };
  /** By the id of everything that evaluating the bundle defines, before any lattice was traced: tracing may define more, which no worker finds. */
  readonly digests: CodeDigests;
}

/** What workers will run. */
export interface Code extends DefinedCode {
  readonly bundle: Bundle;
}
