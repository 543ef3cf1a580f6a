import type { ReactNode } from "react";

/** A part of a panel under a name of its own. */
export function Section({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <section aria-label={title} className="border-b px-4 py-3 last:border-b-0">
      <div className="mb-2 flex min-h-6 items-center justify-between gap-2">
        <h3 className="text-xs font-semibold tracking-wide text-soft uppercase">{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Names and what they stand for. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Text as it is, in a box that scrolls; or parts of one that have colours. */
export function Verbatim({
  text,
  label,
  className = "",
}: {
  text: ReactNode;
  label: string;
  className?: string;
}) {
  return (
    <section
      tabIndex={0}
      aria-label={label}
      className={`max-h-80 overflow-auto rounded-md border bg-canvas p-2.5 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap ${className}`}
    >
      {text}
    </section>
  );
}
