import type { Client } from "../client/client.ts";
import { CovalentError } from "../model/errors.ts";
import { nodesOf } from "./watch-dispatch.ts";

/** Ids that an error lists. */
const LISTED = 5;

/**
 * The id of the node that somebody means by a number or, where only one has it, by a name.
 *
 * @throws {CovalentError} `USAGE` when no node has that name, or several have
 */
export async function findNode(client: Client, dispatchId: string, wanted: string): Promise<number> {
  if (/^\d{1,9}$/.test(wanted)) return Number(wanted);
  const found: number[] = [];
  for await (const { id, name } of nodesOf(client, dispatchId)) if (name === wanted) found.push(id);
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  const some = `${found.slice(0, LISTED).join(", ")}${found.length > LISTED ? ", ..." : ""}`;
  throw new CovalentError("USAGE", {
    reason:
      id === undefined
        ? `dispatch ${dispatchId} has no node named ${wanted}`
        : `${found.length} nodes of dispatch ${dispatchId} are named ${wanted}`,
    advice:
      id === undefined
        ? `\`covalent show ${dispatchId}\` lists its nodes.`
        : `Give the id of one of them: ${some}.`,
  });
}
