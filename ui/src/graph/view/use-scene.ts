import { useEffect, useMemo, useState } from "react";
import { layout } from "../layout/layout.ts";
import { groupAlike } from "../model/boxes.ts";
import { foldStructure } from "../model/fold.ts";
import type { Graph } from "../model/graph.ts";
import type { NodeStates } from "../model/node-states.ts";
import type { GraphSettings } from "./graph-settings.ts";
import { readMoved } from "./moved-boxes.ts";
import type { Scene } from "./scene.ts";

export interface SceneOptions {
  readonly dispatchId: string;
  readonly graph: Graph;
  readonly states: NodeStates;
  readonly settings: GraphSettings;
  /** Keys of groups whose nodes are drawn one by one. */
  readonly expanded: ReadonlySet<string>;
}

/** Folds, groups and lays out. The last scene stays until the next one is ready. */
export function useScene({ dispatchId, graph, states, settings, expanded }: SceneOptions): Scene | undefined {
  const { structure, grouped, layout: kind, direction } = settings;
  const folded = useMemo(
    () =>
      structure ? { nodes: graph.nodes.map((_, index) => index), edges: graph.edges } : foldStructure(graph),
    [graph, structure],
  );
  const boxes = useMemo(() => {
    const apart = grouped ? expanded : EVERYTHING;
    return groupAlike(graph, folded, apart);
  }, [graph, folded, grouped, expanded]);
  const [scene, setScene] = useState<Scene>();
  useEffect(() => {
    let wanted = true;
    const request = {
      count: boxes.boxes.length,
      sources: boxes.edges.map(({ source }) => source),
      targets: boxes.edges.map(({ target }) => target),
      kind,
      direction,
    };
    void layout(request).then((positions) => {
      if (!wanted) return;
      const moved = readMoved(dispatchId, kind);
      boxes.boxes.forEach(({ key }, at) => {
        const place = moved[key];
        if (place) [positions.x[at], positions.y[at]] = place;
      });
      setScene({ graph, states, ...boxes, positions, direction });
    });
    return () => {
      wanted = false;
    };
  }, [boxes, kind, direction, graph, states, dispatchId]);
  return scene;
}

/** Has every key: nothing is grouped. */
const EVERYTHING: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });
