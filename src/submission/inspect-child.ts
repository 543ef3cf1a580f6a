/**
 * The process in which a bundle is evaluated to see what it defines, so that the user's module does not run twice in the client. It
 * answers its parent once and ends, whatever the module has started.
 */
import { loadBundle } from "../bundle/load.ts";
import * as sdk from "../index.ts";
import { CovalentError } from "../model/errors.ts";
import type { Inspection } from "./inspect.ts";

const [path = "", projectRoot = ""] = process.argv.slice(2);
const inspection = await inspect();
process.send?.(inspection, () => process.exit());

async function inspect(): Promise<Inspection> {
  try {
    const bundle = await loadBundle(path, { projectRoot, sdk });
    return { digests: [...(await bundle.codeDigests())] };
  } catch (error) {
    if (!(error instanceof CovalentError)) return { reason: String(error), stack: undefined };
    const { cause, details } = error;
    return { reason: String(details.reason), stack: cause instanceof Error ? cause.stack : undefined };
  }
}
