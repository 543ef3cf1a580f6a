import { onTokenChange, token } from "../token.ts";
import type { FromHub, ToHub, Watched } from "./messages.ts";

/** This tab's end of the stream that all tabs share. */
export interface EventConnection {
  watch(watched: Omit<Watched, "kind">): void;
}

/** Joins the stream. `told` is called with everything that concerns this tab. */
export function connectEvents(told: (message: FromHub) => void): EventConnection {
  const say = openPort(told);
  const sayToken = () => say({ kind: "token", token: token() });
  sayToken();
  onTokenChange(sayToken);
  addEventListener("pagehide", () => say({ kind: "leave" }));
  return { watch: (watched) => say({ kind: "watch", ...watched }) };
}

function openPort(told: (message: FromHub) => void): (message: ToHub) => void {
  const hear = ({ data }: MessageEvent<FromHub>) => told(data);
  if (typeof SharedWorker === "undefined") {
    const worker = new Worker(new URL("./dedicated.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", hear);
    return (message) => worker.postMessage(message);
  }
  const { port } = new SharedWorker(new URL("./shared.worker.ts", import.meta.url), {
    type: "module",
    name: "covalent-events",
  });
  port.onmessage = hear;
  return (message) => port.postMessage(message);
}
