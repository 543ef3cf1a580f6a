/**
 * The graph as it is seen: React Flow moves and zooms, a canvas draws the edges, and boxes are elements as far as few enough of them are
 * in view, else drawn on the canvas too. So a graph of 10,000 nodes costs no more elements than one of 200.
 */
import { type NodeChange, type OnMove, ReactFlow, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useCallback, useEffect, useRef, useState } from "react";
import { BoxNode, type BoxNodeData } from "./box-node.tsx";
import { type CanvasHandle, CanvasLayer } from "./canvas-layer.tsx";
import { MiniMap } from "./minimap.tsx";
import type { Emphasis } from "./paint.ts";
import { boundsOf, boxAt, fitting, LARGEST_ZOOM, type Scene, SMALLEST_ZOOM, type Viewport } from "./scene.ts";
import { useShownNodes } from "./use-shown-nodes.ts";
import { useSize } from "./use-size.ts";

export interface PaneHandle {
  fit(): void;
  zoomBy(factor: number): void;
  /** Brings a box into the middle. */
  centre(box: number): void;
}

interface GraphPaneProps {
  readonly scene: Scene;
  readonly emphasis: Emphasis;
  readonly chosen: ReadonlySet<number>;
  readonly locked: boolean;
  readonly minimap: boolean;
  readonly onReady: (handle: PaneHandle) => void;
  /** `undefined` when nothing was hit. */
  readonly onChoose: (box: number | undefined) => void;
  readonly onOpen: (box: number) => void;
  readonly onMoved: (box: number, x: number, y: number) => void;
}

const NODE_TYPES = { box: BoxNode };
/** In a lower pane it would lie under the tools. */
const MINIMAP_HEIGHT = 560;
const START: Viewport = { x: 0, y: 0, zoom: 1 };

export function GraphPane(props: GraphPaneProps) {
  const { scene, emphasis, chosen, locked, minimap, onChoose, onOpen, onMoved } = props;
  const element = useRef<HTMLDivElement>(null);
  const size = useSize(element);
  const flow = useRef<ReactFlowInstance<BoxNodeData>>(null);
  const canvas = useRef<CanvasHandle>(null);
  const viewport = useRef<Viewport>(START);
  const [seen, setSeen] = useState<Viewport>(START);
  const moveTo = useCallback((next: Viewport, ms = 0) => {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    void flow.current?.setViewport(next, { duration: isStill ? 0 : ms });
  }, []);
  const onMove: OnMove = useCallback((_event, next) => {
    viewport.current = next;
    canvas.current?.move(next);
    setSeen(next);
  }, []);
  usePaneHandle(props, size, viewport, moveTo);
  const { nodes, asElements } = useShownNodes({ scene, viewport: seen, size, emphasis, chosen });
  const hit = (event: { readonly clientX: number; readonly clientY: number }) => {
    const point = flow.current?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    return point && boxAt(scene, point.x, point.y);
  };
  const onNodesChange = (changes: readonly NodeChange<BoxNodeData>[]) => {
    for (const change of changes) {
      if (change.type === "position" && change.position)
        onMoved(Number(change.id), change.position.x, change.position.y);
    }
  };
  return (
    <div
      ref={element}
      data-boxes={scene.boxes.length}
      data-elements={asElements}
      className="absolute inset-0 overflow-hidden bg-canvas"
    >
      {size.width > 0 && (
        <>
          <CanvasLayer
            handle={canvas}
            scene={scene}
            size={size}
            emphasis={emphasis}
            withBoxes={!asElements}
            viewport={viewport}
          />
          <ReactFlow<BoxNodeData>
            nodes={nodes}
            nodeTypes={NODE_TYPES}
            onInit={(instance) => {
              flow.current = instance;
              moveTo(fitting(boundsOf(scene), size));
            }}
            onMove={onMove}
            onNodesChange={onNodesChange}
            onNodeClick={(_event, node) => onChoose(Number(node.id))}
            onNodeDoubleClick={(_event, node) => onOpen(Number(node.id))}
            onPaneClick={(event) => onChoose(hit(event))}
            nodesDraggable={!locked}
            nodesConnectable={false}
            zoomOnDoubleClick={false}
            minZoom={SMALLEST_ZOOM}
            maxZoom={LARGEST_ZOOM}
            proOptions={{ hideAttribution: true }}
            aria-label="The graph"
          />
          {minimap && size.height > MINIMAP_HEIGHT && (
            <MiniMap scene={scene} viewport={seen} size={size} onMove={moveTo} />
          )}
        </>
      )}
    </div>
  );
}

/** Gives the toolbar its way to move the graph, and fits each new layout into view. */
function usePaneHandle(
  { scene, onReady }: GraphPaneProps,
  size: { readonly width: number; readonly height: number },
  viewport: { readonly current: Viewport },
  moveTo: (viewport: Viewport, ms?: number) => void,
): void {
  const { width, height } = size;
  useEffect(() => {
    const fit = (ms: number) => moveTo(fitting(boundsOf(scene), { width, height }), ms);
    onReady({
      fit: () => fit(200),
      zoomBy: (factor) => {
        const { x, y, zoom: before } = viewport.current;
        const zoom = Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, before * factor));
        const scale = zoom / before;
        moveTo(
          { zoom, x: width / 2 - (width / 2 - x) * scale, y: height / 2 - (height / 2 - y) * scale },
          120,
        );
      },
      centre: (box) => {
        const rectangle = {
          x: scene.positions.x[box] ?? 0,
          y: scene.positions.y[box] ?? 0,
          width: 200,
          height: 50,
        };
        moveTo(fitting(rectangle, { width, height }, Math.max(0.8, viewport.current.zoom)), 200);
      },
    });
    fit(0);
  }, [scene, width, height, onReady, moveTo, viewport]);
}
