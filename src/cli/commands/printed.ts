import type { AttemptAnswer } from "../../client/answers.ts";
import type { Client } from "../../client/client.ts";
import type { NodePlace, PrintedStream } from "../../client/printed.ts";
import { CovalentError } from "../../model/errors.ts";
import { isTerminal } from "../../model/status.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { findNode } from "../find-node.ts";
import { type LostServer, lostServer, type ServerTimeout } from "../lost-server.ts";
import { PrintedText } from "../output/printed-text.ts";

export interface PrintedOptions extends ServerTimeout {
  readonly follow?: true;
  /** How many of the last lines; all when absent. */
  readonly last: number;
  readonly attempt?: string;
}

const STREAMS: readonly PrintedStream[] = ["stdout", "stderr"];

/**
 * `covalent logs ID NODE`: what a node has printed, each stream to its own. It follows a node from its last attempt over those that come
 * after it to its end.
 */
export async function printed(
  context: CommandContext,
  id: string,
  node: string,
  options: PrintedOptions,
): Promise<undefined> {
  const { terminal } = context;
  const only = options.attempt === undefined ? undefined : attemptNumber(options.attempt);
  const { client, url } = await connect(context);
  const lost = lostServer(terminal, url, options);
  const dispatchId = await findDispatch(client, id);
  const place = { dispatchId, nodeId: await findNode(client, dispatchId, node) };
  const reader = new PrintedReader(client, place, only, new PrintedText(terminal, options.last));
  if (await reader.readOn()) return reader.sayNothingRan((text) => terminal.note(text));
  if (options.follow) await follow(client, place, reader, lost);
  else reader.sayNothingRan((text) => terminal.note(text));
}

async function follow(
  client: Client,
  place: NodePlace,
  reader: PrintedReader,
  lost: LostServer,
): Promise<void> {
  const stopped = new AbortController();
  process.once("SIGINT", () => stopped.abort());
  const { signal } = stopped;
  const { lostAfterMs, onLost } = lost;
  try {
    for await (const _ of client.printed.turns(place, { signal, lostAfterMs, onLost }))
      if (await lost.patiently(() => reader.readOn(), signal)) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** How far the output of a node has been read. */
class PrintedReader {
  readonly #client: Client;
  readonly #place: NodePlace;
  readonly #only: number | undefined;
  readonly #text: PrintedText;
  /** The attempt that is read; 0 before there is one. */
  #attempt = 0;
  #read: Record<PrintedStream, number> = { stdout: 0, stderr: 0 };

  constructor(client: Client, place: NodePlace, only: number | undefined, text: PrintedText) {
    this.#client = client;
    this.#place = place;
    this.#only = only;
    this.#text = text;
  }

  /** Reads what there is more of by now. Gives true when there will be no more. */
  async readOn(): Promise<boolean> {
    const { dispatchId, nodeId } = this.#place;
    // Before its attempts: those of a node that has ended are all there.
    const hasEnded = await this.#hasEnded();
    const attempts = await this.#client.attempts(dispatchId, nodeId);
    const last = this.#only ?? attempts.at(-1)?.number ?? 0;
    if (this.#only !== undefined && this.#only > attempts.length && hasEnded)
      throw new CovalentError("ATTEMPT_NOT_FOUND", {
        dispatchId,
        nodeId,
        number: this.#only,
        count: attempts.length,
      });
    if (this.#attempt === 0) this.#attempt = last;
    for (let attempt = attempts[this.#attempt - 1]; attempt; attempt = attempts[this.#attempt - 1]) {
      await this.#readAttempt(attempt);
      if (attempt.status === null || this.#attempt >= last) break;
      this.#attempt += 1;
      this.#read = { stdout: 0, stderr: 0 };
    }
    this.#text.caughtUp();
    const isOver = this.#only !== undefined && (attempts[this.#only - 1]?.status ?? null) !== null;
    return hasEnded || isOver;
  }

  sayNothingRan(say: (text: string) => void): undefined {
    const { dispatchId, nodeId } = this.#place;
    if (this.#attempt === 0) say(`node ${nodeId} of dispatch ${dispatchId} has not run, and printed nothing`);
  }

  async #hasEnded(): Promise<boolean> {
    const { dispatchId, nodeId } = this.#place;
    const { nodes } = await this.#client.nodes(dispatchId, { after: nodeId - 1, limit: 1 });
    const node = nodes[0];
    if (node?.id !== nodeId) throw new CovalentError("NODE_NOT_FOUND", { dispatchId, nodeId });
    return isTerminal(node.status);
  }

  async #readAttempt(attempt: AttemptAnswer): Promise<void> {
    for (const stream of STREAMS) {
      const size = attempt.status === null ? Number.POSITIVE_INFINITY : (attempt[stream]?.size ?? 0);
      if (size <= this.#read[stream]) continue;
      const more = await this.#client.printed.read(this.#place, attempt.number, stream, this.#read[stream]);
      for await (const bytes of more ?? []) {
        this.#read[stream] += bytes.length;
        this.#text.add(attempt.number, stream, bytes);
      }
    }
  }
}

function attemptNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CovalentError("USAGE", {
    reason: `--attempt must be a number from 1 on, not ${text}`,
    advice: "The last attempt is printed when it is absent.",
  });
}
