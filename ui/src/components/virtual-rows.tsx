import type { ReactNode, RefObject } from "react";

interface VirtualRowsProps {
  /** What scrolls: whoever draws the rows asks it where it stands. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Pixels of all rows, drawn or not. */
  readonly height: number;
  readonly rows: ReactNode;
  /** What stands behind the rows. */
  readonly children?: ReactNode;
}

/** The rows of a table of which only those in view are drawn. It is scrolled by keys, too. */
export function VirtualRows({ scroller, height, rows, children }: VirtualRowsProps) {
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
      {children}
    </div>
  );
}
