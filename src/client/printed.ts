import type { IncomingMessage } from "node:http";
import { CovalentError } from "../model/errors.ts";
import { type EventsOptions, watchMessages } from "./events.ts";
import type { Transport } from "./transport.ts";

/** A node of a dispatch. */
export interface NodePlace {
  readonly dispatchId: string;
  readonly nodeId: number;
}

export type PrintedStream = "stdout" | "stderr";

/** What nodes print, while they run and afterwards. */
export interface PrintedClient {
  /**
   * The bytes that an attempt has printed by now from `start` on, as they come; `undefined` when there are none.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`, `ATTEMPT_NOT_FOUND`
   */
  read(
    place: NodePlace,
    attempt: number,
    stream: PrintedStream,
    start: number,
  ): Promise<IncomingMessage | undefined>;
  /**
   * Gives a turn whenever a node may have printed something or changed its status, and one to begin with. It bears the loss of the
   * server as `Client.events` does.
   */
  turns(
    place: NodePlace,
    options: Pick<EventsOptions, "signal" | "lostAfterMs" | "onLost">,
  ): AsyncGenerator<void>;
}

export function printedClient(transport: Transport): PrintedClient {
  return {
    async read({ dispatchId, nodeId }, attempt, stream, start) {
      const node = `/api/v2/dispatches/${encodeURIComponent(dispatchId)}/nodes/${nodeId}`;
      const request = {
        method: "GET",
        path: `${node}/attempts/${attempt}/${stream}`,
        headers: { range: `bytes=${start}-` },
      } as const;
      return transport.open(request).catch((error: unknown) => {
        if (error instanceof CovalentError && error.code === "RANGE_NOT_SATISFIABLE") return undefined;
        throw error;
      });
    },
    async *turns({ dispatchId, nodeId }, options) {
      const printed = `${dispatchId}:${nodeId}`;
      for await (const { event, data } of watchMessages(transport, { ...options, dispatchId, printed })) {
        // An event of another node is none of ours.
        const isOther = event === "status" && ![undefined, nodeId].includes(JSON.parse(data).nodeId);
        if (data !== "" && !isOther) yield;
      }
    },
  };
}
