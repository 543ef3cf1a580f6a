/**
 * Where boxes go, found in workers so that the page never waits. ELK is used as far as it is fast: it takes 1.1 s for 1,000 boxes and
 * 7.6 s for 3,000; beyond that a placement of our own that is linear in the size of the graph.
 */
import type { LayoutRequest, Positions } from "./request.ts";

/** What ELK is given at most. */
const ELK_BOXES = 500;
const ELK_EDGES = 1_200;

/** Asked for at once: it loads while the graph is read. */
const elk = import("./elk.ts");

export async function layout(request: LayoutRequest): Promise<Positions> {
  const forElk = request.kind === "layered" || request.kind === "tree";
  const isSmall = request.count <= ELK_BOXES && request.sources.length <= ELK_EDGES;
  if (!forElk || !isSmall) return inWorker(request);
  return (await elk).layoutByElk(request);
}

let worker: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, (positions: Positions) => void>();

function inWorker(request: LayoutRequest): Promise<Positions> {
  worker ??= startWorker();
  lastId += 1;
  const id = lastId;
  worker.postMessage({ id, request });
  return new Promise((resolve) => waiting.set(id, resolve));
}

function startWorker(): Worker {
  const started = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  started.addEventListener(
    "message",
    ({ data }: MessageEvent<{ readonly id: number; readonly positions: Positions }>) => {
      waiting.get(data.id)?.(data.positions);
      waiting.delete(data.id);
    },
  );
  return started;
}
