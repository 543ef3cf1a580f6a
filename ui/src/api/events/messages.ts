import type { StatusEvent } from "../../../../src/model/event.ts";

/** What tabs and the worker that holds their one stream of events say to each other. */

export type ToHub =
  | { readonly kind: "token"; readonly token: string | undefined }
  /** The dispatches whose nodes this tab shows; others are told of without their nodes. */
  | { readonly kind: "watch"; readonly dispatchIds: readonly string[] }
  | { readonly kind: "leave" };

export type FromHub =
  | { readonly kind: "connection"; readonly state: ConnectionState }
  /** In order. Events of nodes only of watched dispatches. */
  | { readonly kind: "events"; readonly events: readonly StatusEvent[] }
  /** Dispatches with nodes that changed, for those who only count them. */
  | { readonly kind: "moved"; readonly dispatchIds: readonly string[] }
  /** What was read before may be out of date: read it again. */
  | { readonly kind: "reset" };

export type ConnectionState = "connecting" | "live" | "lost" | "unauthorized";
