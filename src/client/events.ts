import { setTimeout as pause } from "node:timers/promises";
import { CovalentError } from "../model/errors.ts";
import type { StatusEvent } from "../model/event.ts";
import { parseEvents, type ServerSentEvent } from "./event-parser.ts";
import type { Transport } from "./transport.ts";

/** The server no longer has what was missed: read the state again; `sequence` is where the events go on. */
export interface Reset {
  readonly reset: true;
  readonly sequence: number;
}

export interface EventsOptions {
  /** The last event that is known; only what happens from now on when absent. */
  readonly after?: number;
  readonly dispatchId?: string;
  /** False leaves out the events of nodes. */
  readonly nodes?: boolean;
  readonly signal?: AbortSignal;
  /** Milliseconds for which a server that cannot be reached is waited for; for ever when absent. */
  readonly lostAfterMs?: number;
  /** Called when the server cannot be reached any more: once, until it answers again. */
  readonly onLost?: () => void;
}

/** Three of the server's signs of life. */
const IDLE_MS = 45_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Changes of status in order, each once. A lost connection, or a server that is restarted, is reconnected to and resumed behind
 * the last event; only what cannot get better by waiting is thrown.
 *
 * @throws {CovalentError} `SERVER_UNREACHABLE` when the server stays away for longer than `lostAfterMs`; `UNAUTHORIZED` and other refusals.
 */
export async function* watchEvents(
  transport: Transport,
  options: EventsOptions,
): AsyncGenerator<StatusEvent | Reset> {
  for await (const message of watchMessages(transport, options)) {
    if (message.event === "status") yield JSON.parse(message.data) as StatusEvent;
    if (message.event === "reset") yield { reset: true, sequence: Number(message.id) };
  }
}

/** All that the server says, as {@link watchEvents}; of `printed`, a node's `<dispatch id>:<node id>`, how much it has printed, too. */
export async function* watchMessages(
  transport: Transport,
  options: EventsOptions & { readonly printed?: string },
): AsyncGenerator<ServerSentEvent> {
  const position = { after: options.after };
  let lostSince: number | undefined;
  let wait = FIRST_PAUSE_MS;
  const onOpen = (): void => {
    lostSince = undefined;
    wait = FIRST_PAUSE_MS;
  };
  for (;;) {
    try {
      for await (const message of connect(transport, { ...options, onOpen }, position.after)) {
        if (message.id !== "") position.after = Number(message.id);
        yield message;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      if (lostSince === undefined) options.onLost?.();
      lostSince ??= performance.now();
      if (performance.now() - lostSince >= (options.lostAfterMs ?? Number.POSITIVE_INFINITY)) throw error;
    }
    await pause(wait * (0.5 + Math.random() / 2), undefined, options.signal && { signal: options.signal });
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
  }
}

interface ConnectOptions extends EventsOptions {
  readonly printed?: string;
  readonly onOpen: () => void;
}

async function* connect(
  transport: Transport,
  { dispatchId, nodes = true, printed, signal, onOpen }: ConnectOptions,
  after: number | undefined,
): AsyncGenerator<ServerSentEvent> {
  const query = new URLSearchParams({
    ...(dispatchId !== undefined && { dispatch_id: dispatchId }),
    ...(after !== undefined && { after: String(after) }),
    ...(!nodes && { nodes: "false" }),
    ...(printed !== undefined && { printed }),
  });
  const answer = await transport.open({
    method: "GET",
    path: `/api/v2/events?${query}`,
    idleMs: IDLE_MS,
    ...(signal && { signal }),
  });
  onOpen();
  try {
    yield* parseEvents(answer);
  } finally {
    answer.destroy();
  }
}

/** A connection that broke is no CovalentError; a server that is stopping or not there yet may be back soon. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof CovalentError)) return true;
  return error.code === "SERVER_UNREACHABLE" || error.code === "SERVER_STOPPING";
}
