import { useConnection } from "../hooks/live.ts";

const LOOKS = {
  connecting: { text: "Connecting", dot: "bg-pending animate-pulse-soft" },
  live: { text: "Live", dot: "bg-completed" },
  lost: { text: "Connection lost", dot: "bg-failed animate-pulse-soft" },
  unauthorized: { text: "Token wanted", dot: "bg-cancelled" },
} as const;

/** Whether what is shown is current. */
export function ConnectionBadge() {
  const state = useConnection();
  const { text, dot } = LOOKS[state];
  return (
    <span role="status" data-connection={state} className="flex items-center gap-2 px-1 text-xs text-soft">
      <span aria-hidden className={`size-2 rounded-full ${dot}`} />
      {text}
    </span>
  );
}
