import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { EventLog } from "../database/journal.ts";
import type { StatusEvent } from "../model/event.ts";
import type { ServerLimits } from "./limits.ts";

export interface EventStreamOptions {
  readonly log: EventLog;
  readonly limits: ServerLimits;
  /** The last event the reader knows; the newest when it names none. */
  readonly after: number | undefined;
  /** Only events of these dispatches; all when empty. */
  readonly dispatchIds: ReadonlySet<string>;
  /** False leaves out the events of nodes. */
  readonly nodes: boolean;
}

/** Events read from the database, or written, at once. */
const PAGE = 200;

/**
 * Sends one reader the events behind the last it knows, in order, first from the database and then as they happen, as
 * server-sent events: `ready` at the start, `status` for each event, `reset` when the database no longer has what the reader
 * missed; an event's id is its sequence number. What happens in one commit is written in as few chunks as its size permits.
 *
 * A reader that cannot keep up costs one full buffer and one chunk: it is then fed from the database at its own pace, and dropped
 * when it does not read at all.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #options: EventStreamOptions;
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  /** The last event that was sent, or passed over because it is of another dispatch. */
  #cursor: number;
  /** The last event that is known to exist. */
  #newest: number;
  #live = false;

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response;
    this.#options = options;
    this.#newest = options.log.latest;
    this.#cursor = options.after ?? this.#newest;
    // Before the first read, so that no event can fall between what is read and what is told.
    this.#unsubscribe = options.log.subscribe((events) => this.#told(events));
    this.#heartbeat = setInterval(
      () => this.#write(`: alive\nid: ${this.#cursor}\n\n`),
      options.limits.heartbeatMs,
    );
    response.once("close", () => this.#stop());
  }

  /** Resolves when the reader is up to date for the first time; events follow until it leaves or {@link end} is called. */
  async start(): Promise<void> {
    await this.#catchUp({ greet: true });
  }

  /** Something beside the events, which has no place in their order. */
  add(message: string): void {
    this.#write(message);
  }

  end(): void {
    this.#stop();
    this.#response.end();
  }

  #stop(): void {
    this.#live = false;
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
  }

  #told(events: readonly StatusEvent[]): void {
    this.#newest = Math.max(this.#newest, events.at(-1)?.sequence ?? 0);
    for (let start = 0; this.#live && start < events.length; start += PAGE) {
      if (this.#response.writableLength > this.#options.limits.eventBufferBytes) {
        // What is left of them is in the database by now.
        this.#live = false;
        void this.#catchUp();
      } else {
        this.#send(events.slice(start, start + PAGE));
      }
    }
  }

  async #catchUp({ greet = false } = {}): Promise<void> {
    try {
      await this.#drained();
      await this.#resetIfTrimmed();
      // Not before: a number that is not ours must not be handed back to the reader as if it were.
      if (greet) this.#write(message("ready", this.#cursor, { sequence: this.#cursor }));
      while (this.#cursor < this.#newest && !this.#response.destroyed) {
        const events = await this.#options.log.since(this.#cursor, PAGE);
        if (events.length === 0) this.#reset();
        this.#send(events);
        await this.#drained();
      }
      this.#live = !this.#response.destroyed && !this.#response.writableEnded;
    } catch {
      // Too slow, gone, or the database is closing: the reader comes back and resumes by the last id it saw.
      this.#response.destroy();
    }
  }

  async #resetIfTrimmed(): Promise<void> {
    const { log } = this.#options;
    // A number beyond the newest is from another database, or from before a restore.
    if (this.#cursor > log.latest || this.#cursor + 1 < (await log.oldest())) this.#reset();
  }

  #reset(): void {
    this.#cursor = this.#options.log.latest;
    this.#newest = this.#cursor;
    this.#write(message("reset", this.#cursor, { sequence: this.#cursor }));
  }

  #send(events: readonly StatusEvent[]): void {
    let chunk = "";
    for (const event of events) {
      if (event.sequence <= this.#cursor) continue;
      this.#cursor = event.sequence;
      if (this.#isWanted(event)) chunk += message("status", event.sequence, event);
    }
    if (chunk !== "") this.#write(chunk);
  }

  #isWanted({ dispatchId, nodeId }: StatusEvent): boolean {
    const { dispatchIds, nodes } = this.#options;
    return (nodes || nodeId === undefined) && (dispatchIds.size === 0 || dispatchIds.has(dispatchId));
  }

  #write(chunk: string): void {
    if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.write(chunk);
  }

  async #drained(): Promise<void> {
    if (!this.#response.writableNeedDrain) return;
    const signal = AbortSignal.timeout(this.#options.limits.slowReaderMs);
    await once(this.#response, "drain", { signal });
  }
}

function message(event: string, id: number, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
