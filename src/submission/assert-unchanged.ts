import { createHash } from "node:crypto";
import type { Bundle } from "../bundle/bundle.ts";
import { definingFiles } from "../definition/client-sources.ts";
import { modulePath } from "../definition/definitions.ts";
import { CovalentError } from "../model/errors.ts";

/**
 * Checks that what this program traced is what its bundle holds: a file may have been edited since the program imported it.
 *
 * @throws {CovalentError} `SOURCE_CHANGED` naming the file
 */
export function assertUnchanged({ root, sources }: Bundle): void {
  for (const [file, text] of definingFiles()) {
    const bundled = sources.get(file);
    if (bundled === undefined || bundled === createHash("sha256").update(text).digest("hex")) continue;
    throw new CovalentError("SOURCE_CHANGED", { module: modulePath(file, root) });
  }
}
