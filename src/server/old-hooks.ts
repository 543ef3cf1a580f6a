import type { ObjectName } from "./object-names.ts";
import { oldFileOf, textOfOldFile } from "./old-file.ts";
import type { Services } from "./services.ts";

/** What became one file of hooks, the asset `hooks`, was three before. */
const PARTS = ["deps", "call_before", "call_after"] as const;

/**
 * The hooks of an electron or lattice that the original wrote in three files, as it wrote them in one later: a JSON object with a
 * member for each. What is no JSON (older releases pickled them) is left out; `undefined` when nothing is left.
 */
export async function composedHooks(name: ObjectName, services: Services): Promise<string | undefined> {
  if (name.key !== "hooks") return undefined;
  const members: string[] = [];
  for (const part of PARTS) {
    const asset = await services.database.assets.find(name.dispatchId, name.nodeId, part);
    const file = oldFileOf(asset, { ...name, key: part }, services);
    const text = file === undefined ? undefined : await textOfOldFile(file);
    if (text !== undefined && isJson(text)) members.push(`${JSON.stringify(part)}:${text}`);
  }
  return members.length === 0 ? undefined : `{${members.join(",")}}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
