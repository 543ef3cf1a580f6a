import { useSyncExternalStore } from "react";
import { serverNow } from "../api/server-clock.ts";

const listeners = new Set<() => void>();
let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;

/** The time by the server's clock, new each second while somebody shows it. With `ticking` false it stands still. */
export function useNow(ticking: boolean): number {
  return useSyncExternalStore(ticking ? subscribe : standStill, () => now);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = serverNow();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = serverNow();
  for (const listener of listeners) listener();
}

const standStill = () => () => {};
