import { type Client, createClient } from "../client/client.ts";
import { serverAddress } from "../discovery/server-address.ts";
import { CovalentError } from "../model/errors.ts";
import { isDispatchId } from "../model/ids.ts";
import { type CommandContext, configOf } from "./command-context.ts";

/** The server that a command talks to. */
export interface Connection {
  readonly client: Client;
  readonly url: string;
  readonly token?: string;
}

/** The running server's connection, or the configured one's. Nothing is sent yet. */
export async function connect(context: CommandContext): Promise<Connection> {
  const config = await configOf(context);
  const { token } = config.values.dispatcher;
  const target = { url: serverAddress(config), ...(token === "" ? {} : { token }) };
  return { ...target, client: createClient(target) };
}

/** How many dispatches are looked at to tell whether the beginning of an id is unique. */
const CANDIDATES = 200;

/**
 * The id that begins with a text.
 *
 * @throws {CovalentError} `USAGE`, `DISPATCH_NOT_FOUND`, `DISPATCH_AMBIGUOUS`
 */
export async function findDispatch(client: Pick<Client, "list">, beginning: string): Promise<string> {
  if (beginning.trim() === "") {
    throw new CovalentError("USAGE", {
      reason: "the id is empty",
      advice: "`covalent list` shows the ids; the beginning of one is enough.",
    });
  }
  if (isDispatchId(beginning)) return beginning.toLowerCase();
  const { dispatches } = await client.list({ search: beginning, count: CANDIDATES });
  const ids = dispatches.map((one) => one.dispatch_id).filter((id) => id.startsWith(beginning.toLowerCase()));
  const [id] = ids;
  if (id === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId: beginning });
  if (ids.length === 1) return id;
  const candidates = `${ids.slice(0, 5).join(", ")}${ids.length > 5 ? ", ..." : ""}`;
  throw new CovalentError("DISPATCH_AMBIGUOUS", { count: ids.length, prefix: beginning, candidates });
}
