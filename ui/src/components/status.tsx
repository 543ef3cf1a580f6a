import {
  Ban,
  Check,
  Circle,
  CircleDashed,
  CirclePause,
  LoaderCircle,
  type LucideIcon,
  X,
} from "lucide-react";
import type { DispatchStatus } from "../api/dispatches.ts";

/** How a status looks, the same everywhere. */
export interface StatusLook {
  readonly label: string;
  /** The name of its colour in theme.css, without `--color-`. */
  readonly color: "completed" | "running" | "failed" | "cancelled" | "pending";
  readonly icon: LucideIcon;
}

const PENDING: StatusLook = { label: "Pending", color: "pending", icon: CircleDashed };
const RUNNING: StatusLook = { label: "Running", color: "running", icon: LoaderCircle };

const LOOKS: Readonly<Record<DispatchStatus, StatusLook>> = {
  NEW_OBJECT: PENDING,
  PENDING_REUSE: { ...PENDING, label: "Awaiting reuse" },
  PENDING_REPLACEMENT: { ...PENDING, label: "Awaiting replacement" },
  STARTING: { ...RUNNING, label: "Starting" },
  RUNNING,
  DISPATCHING: { ...RUNNING, label: "Dispatching" },
  POSTPROCESSING: { ...RUNNING, label: "Postprocessing" },
  PENDING_POSTPROCESSING: { ...RUNNING, label: "Postprocessing" },
  POSTPROCESSING_FAILED: { label: "Failed", color: "failed", icon: X },
  COMPLETED: { label: "Completed", color: "completed", icon: Check },
  FAILED: { label: "Failed", color: "failed", icon: X },
  CANCELLED: { label: "Cancelled", color: "cancelled", icon: Ban },
};

const PAUSED_LOOK: StatusLook = { label: "Paused", color: "cancelled", icon: CirclePause };

export function statusLook(status: string): StatusLook {
  return LOOKS[status as DispatchStatus] ?? { label: status, color: "pending", icon: Circle };
}

/** Written out: the style sheet holds only the classes that are found in the sources. */
export const STATUS_TEXT: Readonly<Record<StatusLook["color"], string>> = {
  completed: "text-completed",
  running: "text-running",
  failed: "text-failed",
  cancelled: "text-cancelled",
  pending: "text-pending",
};

export const STATUS_FILL: Readonly<Record<StatusLook["color"], string>> = {
  completed: "bg-completed",
  running: "bg-running",
  failed: "bg-failed",
  cancelled: "bg-cancelled",
  pending: "bg-pending",
};

export function StatusIcon({ look, className = "size-4" }: { look: StatusLook; className?: string }) {
  const Icon = look.icon;
  const turning = look.icon === LoaderCircle ? "animate-spin [animation-duration:1.6s]" : "";
  return <Icon aria-hidden className={`shrink-0 ${STATUS_TEXT[look.color]} ${turning} ${className}`} />;
}

/** A status as icon and word. */
export function StatusBadge({ status, paused = false }: { status: string; paused?: boolean }) {
  const look = paused ? PAUSED_LOOK : statusLook(status);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap" data-status={status}>
      <StatusIcon look={look} />
      <span className={STATUS_TEXT[look.color]}>{look.label}</span>
    </span>
  );
}
