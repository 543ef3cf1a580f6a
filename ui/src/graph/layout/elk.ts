import ELK from "elkjs/lib/elk-api.js";
import elkWorker from "elkjs/lib/elk-worker.min.js?url";
import { BOX_HEIGHT, BOX_WIDTH, emptyPositions, type LayoutRequest, type Positions } from "./request.ts";

const elk = new ELK({ workerUrl: elkWorker });

const OPTIONS: Readonly<Record<string, string>> = {
  "elk.spacing.nodeNode": "28",
  "elk.layered.spacing.nodeNodeBetweenLayers": "64",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.mrtree.spacing.nodeNode": "40",
  "elk.spacing.componentComponent": "60",
};

/** ELK's layered and tree layouts, in ELK's own worker. */
export async function layoutByElk({
  count,
  sources,
  targets,
  kind,
  direction,
}: LayoutRequest): Promise<Positions> {
  const placed = await elk.layout({
    id: "graph",
    layoutOptions: {
      ...OPTIONS,
      "elk.algorithm": kind === "tree" ? "mrtree" : "layered",
      "elk.direction": direction,
    },
    children: Array.from({ length: count }, (_, index) => ({
      id: String(index),
      width: BOX_WIDTH,
      height: BOX_HEIGHT,
    })),
    edges: sources.map((source, at) => ({
      id: `e${at}`,
      sources: [String(source)],
      targets: [String(targets[at])],
    })),
  });
  const positions = emptyPositions(count);
  for (const { id, x = 0, y = 0 } of placed.children ?? []) {
    positions.x[Number(id)] = x;
    positions.y[Number(id)] = y;
  }
  return positions;
}
