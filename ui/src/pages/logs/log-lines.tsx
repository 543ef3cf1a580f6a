import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { Time } from "../../components/time.tsx";
import type { LogLine } from "./use-log.ts";

const TONES: Readonly<Record<string, string>> = {
  ERROR: "text-failed",
  CRITICAL: "text-failed",
  WARNING: "text-cancelled",
};

export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  return (
    <section tabIndex={0} aria-label="Lines" className="min-h-0 flex-1 overflow-auto border-t bg-panel">
      <ul className="font-mono text-xs">
        {lines.map(({ key, at, level, message }) => (
          <li
            key={key}
            className="grid grid-cols-[8rem_5rem_minmax(0,1fr)] gap-x-3 border-b px-4 py-1.5 max-sm:grid-cols-[max-content_minmax(0,1fr)] md:px-6"
          >
            <span className="text-soft">
              <Time at={at} />
            </span>
            <span className={TONES[level.toUpperCase()] ?? "text-soft"}>{level}</span>
            <span className="break-words whitespace-pre-wrap max-sm:col-span-2">
              <Message text={message} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const DISPATCH = /(dispatchId=)([0-9a-f]{8}-[0-9a-f-]{27})/;

/** The dispatch that a line speaks of is a way to it. */
function Message({ text }: { text: string }) {
  const [before = "", name, id, behind] = text.split(DISPATCH);
  if (id === undefined) return text;
  return (
    <Fragment>
      {before}
      {name}
      <Link to="/dispatches/$dispatchId" params={{ dispatchId: id }} className="text-accent hover:underline">
        {id}
      </Link>
      {behind}
    </Fragment>
  );
}
