/**
 * The process in which a bundle is evaluated to see what it defines, so that the user's module does not run twice in the client. It
 * answers its parent once and ends, whatever the module has started.
 */
import { loadBundle } from "./load.ts";

export type Inspection =
  | { readonly ids: readonly string[] }
  | { readonly reason: string; readonly stack: string | undefined };

const [path = "", projectRoot = ""] = process.argv.slice(2);
const inspection = await inspect();
process.send?.(inspection, () => process.exit());

async function inspect(): Promise<Inspection> {
  try {
    return { ids: (await loadBundle(path, { projectRoot })).ids() };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (!(cause instanceof Error)) return { reason: String(cause), stack: undefined };
    return { reason: `${cause.name}: ${cause.message}`, stack: cause.stack };
  }
}
