import { createContext, useContext, useSyncExternalStore } from "react";
import type { ConnectionState } from "../api/events/messages.ts";
import type { Live } from "../api/live.ts";

export const LiveContext = createContext<Live | undefined>(undefined);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("useLive() is used outside of LiveContext");
  return live;
}

export function useConnection(): ConnectionState {
  const live = useLive();
  return useSyncExternalStore(live.onState, live.state);
}
