import type { StatusEvent } from "../../../../src/model/event.ts";

/** What tabs and the worker that holds their one stream of events say to each other. */

export type ToHub =
  | { readonly kind: "token"; readonly token: string | undefined }
  | Watched
  | { readonly kind: "leave" };

export interface Watched {
  readonly kind: "watch";
  /** The dispatches whose nodes this tab shows; others are told of without their nodes. */
  readonly dispatchIds: readonly string[];
  /** What this tab wants to know the size of. */
  readonly growing: readonly Growing[];
}

/** What is printed by the last attempt of a node, or the server's log; as the server is asked for it. */
export type Growing = `printed=${string}:${number}` | "log=true";

/** What changes without a change of status. */
export type Changing = "dispatches" | "triggers" | "settings";

/** How often each of them has changed, as the server counts. */
export type ChangeCounts = Readonly<Record<Changing, number>> & { readonly server: string };

/** How large something is by now, in bytes. */
export type Grown =
  | {
      readonly growing: `printed=${string}:${number}`;
      readonly attempt: number;
      readonly stdout: number;
      readonly stderr: number;
    }
  | { readonly growing: "log=true"; readonly size: number };

export type FromHub =
  | { readonly kind: "connection"; readonly state: ConnectionState }
  /** In order. Events of nodes only of watched dispatches. */
  | { readonly kind: "events"; readonly events: readonly StatusEvent[] }
  /** Dispatches with nodes that changed, for those who only count them. */
  | { readonly kind: "moved"; readonly dispatchIds: readonly string[] }
  | { readonly kind: "grown"; readonly grown: Grown }
  | { readonly kind: "changed"; readonly what: readonly Changing[] }
  /** What was read before may be out of date: read it again. */
  | { readonly kind: "reset" };

export type ConnectionState = "connecting" | "live" | "lost" | "unauthorized";
