import type { ReactNode, RefObject } from "react";

interface VirtualRowsProps {
  /** What scrolls: whoever draws the rows asks it where it stands. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Pixels of all rows, drawn or not. */
  readonly height: number;
  readonly rows: ReactNode;
  /** What is said where there is no row. */
  readonly empty: string;
}

/** The rows of a table of which only those in view are drawn. It is scrolled by keys, too. */
export function VirtualRows({ scroller, height, rows, empty }: VirtualRowsProps) {
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="rowgroup"
      aria-label="Rows"
      className="min-h-0 flex-1 overflow-auto"
    >
      <div role="presentation" className="relative" style={{ height }}>
        {rows}
      </div>
      {height === 0 && (
        <div role="row">
          <p role="cell" className="p-10 text-center text-soft">
            {empty}
          </p>
        </div>
      )}
    </div>
  );
}
