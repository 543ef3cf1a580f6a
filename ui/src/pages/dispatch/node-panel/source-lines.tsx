import type { Attempt } from "../../../api/dispatches.ts";

type Source = NonNullable<NonNullable<Attempt["failure"]>["source"]>;

/** The lines around the place where a function failed, that one marked. */
export function SourceLines({ source }: { source: Source }) {
  const { file, line, column, first, lines } = source;
  const place = `${file}:${line}:${column}`;
  return (
    <figure className="mt-2">
      <section
        tabIndex={0}
        aria-label="Source line"
        className="overflow-x-auto rounded-md border bg-canvas py-1.5 font-mono text-xs leading-relaxed"
      >
        {lines.map((text, at) => {
          const number = first + at;
          const isPlace = number === line;
          return (
            <div
              key={number}
              aria-current={isPlace || undefined}
              className={`flex w-max min-w-full border-l-2 pr-3 whitespace-pre ${isPlace ? "border-failed bg-failed/10 text-ink" : "border-transparent text-soft"}`}
            >
              <span
                className={`w-10 shrink-0 pr-3 text-right ${isPlace ? "font-semibold text-ink" : "text-soft"}`}
              >
                {number}
              </span>
              {text}
            </div>
          );
        })}
      </section>
      <figcaption className="mt-1 truncate font-mono text-xs text-soft" title={place}>
        {place.split("/").slice(-3).join("/")}
      </figcaption>
    </figure>
  );
}
