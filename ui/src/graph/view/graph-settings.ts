import { useCallback, useState } from "react";
import { DIRECTIONS, type Direction, LAYOUTS, type LayoutKind } from "../layout/request.ts";

/** How graphs are shown, remembered in this browser. */
export interface GraphSettings {
  readonly layout: LayoutKind;
  readonly direction: Direction;
  /** Draws parameters, lists and other nodes that run no code. */
  readonly structure: boolean;
  /** Draws like nodes as one. */
  readonly grouped: boolean;
  readonly labels: boolean;
  readonly minimap: boolean;
  readonly locked: boolean;
  readonly critical: boolean;
}

const KEY = "covalent-graph";

const DEFAULTS: GraphSettings = {
  layout: "layered",
  direction: "DOWN",
  structure: false,
  grouped: true,
  labels: false,
  minimap: true,
  locked: true,
  critical: false,
};

export function useGraphSettings(): readonly [GraphSettings, (change: Partial<GraphSettings>) => void] {
  const [settings, set] = useState(read);
  const change = useCallback((more: Partial<GraphSettings>) => {
    set((before) => {
      const after = { ...before, ...more };
      localStorage.setItem(KEY, JSON.stringify(after));
      return after;
    });
  }, []);
  return [settings, change];
}

/** What is stored may be of another version, or anybody's. */
function read(): GraphSettings {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const { layout, direction, ...switches } = { ...DEFAULTS, ...stored };
    return {
      ...switches,
      layout: LAYOUTS.includes(layout) ? layout : DEFAULTS.layout,
      direction: DIRECTIONS.includes(direction) ? direction : DEFAULTS.direction,
    };
  } catch {
    return DEFAULTS;
  }
}
