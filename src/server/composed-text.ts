import type { ObjectName } from "./object-names.ts";
import { composedHooks } from "./old-hooks.ts";
import type { Services } from "./services.ts";

/** Assets of text that clients may ask for and that nobody has stored: what they say follows from what is. */
export async function composedText(name: ObjectName, services: Services): Promise<string | undefined> {
  if (name.key === "hooks") return composedHooks(name, services);
  if (name.key !== "error" || name.nodeId !== null) return undefined;
  const summary = await services.database.dispatches.summary(name.dispatchId);
  return summary && errorOf(summary);
}

/** The asset `error` of a dispatch: why it failed. The original's SDK reads it as `Result.error`. */
export function errorOf({
  status,
  reason,
}: {
  readonly status: string;
  readonly reason?: string | null | undefined;
}): string | undefined {
  return status === "FAILED" ? (reason ?? undefined) : undefined;
}
