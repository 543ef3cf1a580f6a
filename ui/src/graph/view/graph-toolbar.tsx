import {
  Blocks,
  Download,
  Group,
  LayoutDashboard,
  Lock,
  LockOpen,
  Map as MapIcon,
  Maximize,
  Minus,
  MoveDown,
  MoveLeft,
  MoveRight,
  MoveUp,
  Plus,
  Route,
  Shrink,
  Tag,
} from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode, RefObject } from "react";
import { IconButton } from "../../components/button.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { savePng, saveSvg } from "../export/save.ts";
import { DIRECTIONS, type Direction, LAYOUTS, type LayoutKind } from "../layout/request.ts";
import type { PaneHandle } from "./graph-pane.tsx";
import type { GraphSettings } from "./graph-settings.ts";
import type { Scene } from "./scene.ts";

interface GraphToolbarProps {
  readonly scene: Scene;
  readonly pane: RefObject<PaneHandle | null>;
  readonly settings: GraphSettings;
  readonly onChange: (change: Partial<GraphSettings>) => void;
  readonly dispatchId: string;
  /** Absent when no group is drawn node by node. */
  readonly onCollapse?: () => void;
}

const ARROWS = { DOWN: MoveDown, RIGHT: MoveRight, UP: MoveUp, LEFT: MoveLeft } as const;

/** How the graph is shown. */
export function GraphToolbar(props: GraphToolbarProps) {
  const { pane, settings, onChange, onCollapse } = props;
  const { direction, locked } = settings;
  const toggle = (key: "structure" | "grouped" | "labels" | "minimap" | "locked" | "critical") => ({
    "aria-pressed": settings[key],
    onClick: () => onChange({ [key]: !settings[key] }),
  });
  return (
    <div
      role="toolbar"
      aria-label="Graph"
      className="pointer-events-none absolute inset-y-3 right-3 flex flex-col flex-wrap-reverse content-start gap-2 *:pointer-events-auto print:hidden"
    >
      <Tools>
        <IconButton side="left" label="Zoom in" icon={Plus} onClick={() => pane.current?.zoomBy(1.3)} />
        <IconButton side="left" label="Zoom out" icon={Minus} onClick={() => pane.current?.zoomBy(1 / 1.3)} />
        <IconButton
          side="left"
          label="Fit to the window"
          icon={Maximize}
          onClick={() => pane.current?.fit()}
        />
      </Tools>
      <Tools>
        <LayoutMenu layout={settings.layout} onChange={onChange} />
        <IconButton
          side="left"
          label={`Direction: ${direction.toLowerCase()}`}
          icon={ARROWS[direction]}
          onClick={() => onChange({ direction: after(direction) })}
        />
        <IconButton side="left" label="Group like nodes" icon={Group} {...toggle("grouped")} />
        {onCollapse && (
          <IconButton side="left" label="Close opened groups" icon={Shrink} onClick={onCollapse} />
        )}
        <IconButton
          side="left"
          label="Show parameters and structure"
          icon={Blocks}
          {...toggle("structure")}
        />
        <IconButton side="left" label="Names of edges" icon={Tag} {...toggle("labels")} />
        <IconButton side="left" label="Critical path" icon={Route} {...toggle("critical")} />
      </Tools>
      <Tools>
        <IconButton side="left" label="Minimap" icon={MapIcon} {...toggle("minimap")} />
        <IconButton
          side="left"
          label={locked ? "Let nodes be moved" : "Lock nodes"}
          icon={locked ? Lock : LockOpen}
          {...toggle("locked")}
        />
        <DownloadMenu {...props} />
      </Tools>
    </div>
  );
}

function Tools({ children }: { children: ReactNode }) {
  return (
    <div className="flex max-h-full flex-col overflow-y-auto rounded-md border bg-panel shadow-panel">
      {children}
    </div>
  );
}

function LayoutMenu({
  layout,
  onChange,
}: {
  layout: LayoutKind;
  onChange: (change: Partial<GraphSettings>) => void;
}) {
  return (
    <Menu trigger={<IconButton side="left" label={`Layout: ${layout}`} icon={LayoutDashboard} />} side="left">
      <DropdownMenu.RadioGroup
        value={layout}
        onValueChange={(value) => onChange({ layout: value as LayoutKind })}
      >
        {LAYOUTS.map((kind) => (
          <DropdownMenu.RadioItem
            key={kind}
            value={kind}
            className="cursor-pointer rounded px-2 py-1.5 capitalize outline-none data-highlighted:bg-hover data-[state=checked]:font-medium data-[state=checked]:text-accent"
          >
            {kind}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </Menu>
  );
}

function DownloadMenu({ scene, dispatchId }: GraphToolbarProps) {
  return (
    <Menu trigger={<IconButton side="left" label="Download the picture" icon={Download} />} side="left">
      <MenuItem onSelect={() => void savePng(scene, dispatchId)}>PNG</MenuItem>
      <MenuItem onSelect={() => saveSvg(scene, dispatchId)}>SVG</MenuItem>
    </Menu>
  );
}

function after(direction: Direction): Direction {
  return DIRECTIONS[(DIRECTIONS.indexOf(direction) + 1) % DIRECTIONS.length] ?? "DOWN";
}
