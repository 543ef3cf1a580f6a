import { useCallback, useMemo, useRef, useState } from "react";
import { serverNow } from "../../api/server-clock.ts";
import { isGroup } from "../model/boxes.ts";
import { criticalPath } from "../model/critical-path.ts";
import type { Graph } from "../model/graph.ts";
import type { NodeStates } from "../model/node-states.ts";
import { GraphPane, type PaneHandle } from "./graph-pane.tsx";
import { useGraphSettings } from "./graph-settings.ts";
import { GraphToolbar } from "./graph-toolbar.tsx";
import { Legend } from "./legend.tsx";
import { keepMoved, readMoved } from "./moved-boxes.ts";
import type { Emphasis } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { SearchBox } from "./search-box.tsx";
import { useScene } from "./use-scene.ts";

interface GraphViewProps {
  readonly dispatchId: string;
  readonly graph: Graph;
  readonly states: NodeStates;
  /** The id of the node whose panel is open. */
  readonly chosen: number | undefined;
  readonly onChoose: (nodeId: number | undefined) => void;
  /** A sublattice's own graph is asked for. */
  readonly onOpenDispatch: (dispatchId: string) => void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** A dispatch's graph with all that can be done with it. */
export function GraphView({ dispatchId, graph, states, chosen, onChoose, onOpenDispatch }: GraphViewProps) {
  const [settings, change] = useGraphSettings();
  const [expanded, setExpanded] = useState(NOTHING);
  const [query, setQuery] = useState("");
  const [movedScene, setMovedScene] = useState<Scene>();
  const laidOut = useScene({ dispatchId, graph, states, settings, expanded });
  const scene = movedScene?.boxes === laidOut?.boxes && movedScene?.graph === graph ? movedScene : laidOut;
  const pane = useRef<PaneHandle>(null);
  const found = useMemo(() => (scene && query !== "" ? matches(scene, query) : undefined), [scene, query]);
  const emphasis = useEmphasis(scene, found, settings.critical, settings.labels);
  const chosenBoxes = useMemo(
    () => new Set(scene && chosen !== undefined ? boxesOf(scene, [chosen]) : []),
    [scene, chosen],
  );
  const onReady = useCallback((handle: PaneHandle) => {
    pane.current = handle;
  }, []);
  if (scene === undefined)
    return <p className="p-6 text-soft">Laying out {graph.nodes.length.toLocaleString()} nodes …</p>;
  const open = (at: number) => {
    const box = scene.boxes[at];
    const node = graph.nodes[box?.members[0] ?? -1];
    if (box === undefined || node === undefined) return;
    if (isGroup(box)) setExpanded((before) => new Set([...before, box.key]));
    else if (node.subDispatch !== undefined) onOpenDispatch(node.subDispatch);
  };
  const choose = (at: number | undefined) => {
    const box = at === undefined ? undefined : scene.boxes[at];
    if (at !== undefined && box && isGroup(box)) return open(at);
    onChoose(box && graph.nodes[box.members[0] ?? -1]?.id);
  };
  const move = (at: number, x: number, y: number) => {
    const key = scene.boxes[at]?.key ?? "";
    keepMoved(dispatchId, settings.layout, { ...readMoved(dispatchId, settings.layout), [key]: [x, y] });
    setMovedScene(movedTo(scene, at, x, y));
  };
  return (
    <div className="relative min-h-0 flex-1">
      <GraphPane
        scene={scene}
        emphasis={emphasis}
        chosen={chosenBoxes}
        locked={settings.locked}
        minimap={settings.minimap && scene.boxes.length > 24}
        onReady={onReady}
        onChoose={choose}
        onOpen={open}
        onMoved={move}
      />
      <SearchBox
        query={query}
        found={found}
        onQuery={setQuery}
        onCentre={(box) => pane.current?.centre(box)}
      />
      <GraphToolbar
        scene={scene}
        pane={pane}
        settings={settings}
        onChange={change}
        dispatchId={dispatchId}
        {...(expanded.size > 0 && { onCollapse: () => setExpanded(NOTHING) })}
      />
      <Legend states={states} graph={graph} />
    </div>
  );
}

/** What stands out: what was searched for, else the critical path. */
function useEmphasis(
  scene: Scene | undefined,
  found: readonly number[] | undefined,
  critical: boolean,
  labels: boolean,
): Emphasis {
  return useMemo(() => {
    if (found !== undefined) return { boxes: new Set(found), labels };
    if (!critical || scene === undefined) return { labels };
    const path = criticalPath(scene.graph, scene.states, serverNow());
    const boxes = new Set(path.map((index) => scene.boxOf[index] ?? -1));
    return { boxes, path: boxes, labels };
  }, [scene, found, critical, labels]);
}

function matches(scene: Scene, query: string): readonly number[] {
  const wanted = query.toLowerCase();
  return scene.boxes.flatMap((box, at) => {
    const isIt =
      box.label.toLowerCase().includes(wanted) ||
      box.members.some((index) => String(scene.graph.nodes[index]?.id) === wanted);
    return isIt ? [at] : [];
  });
}

function boxesOf(scene: Scene, nodeIds: readonly number[]): readonly number[] {
  return nodeIds
    .flatMap((id) => scene.boxOf[scene.graph.indexOf.get(id) ?? -1] ?? [])
    .filter((at) => at >= 0);
}

function movedTo(scene: Scene, at: number, x: number, y: number): Scene {
  const positions = { x: scene.positions.x.slice(), y: scene.positions.y.slice() };
  positions.x[at] = x;
  positions.y[at] = y;
  return { ...scene, positions };
}
