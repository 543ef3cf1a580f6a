import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../components/button.tsx";
import type { TableValue } from "./shown-value.ts";

const ROWS_PER_PAGE = 20;
/** Characters. */
const LONGEST_CELL = 200;

/** Rows and columns, a page at a time. */
export function DataTable({ table }: { table: TableValue }) {
  const { columns, rowCount } = table;
  const [page, setPage] = useState(0);
  const first = page * ROWS_PER_PAGE;
  const rows = Array.from({ length: Math.min(ROWS_PER_PAGE, rowCount - first) }, (_, index) => first + index);
  const pages = Math.ceil(rowCount / ROWS_PER_PAGE);
  return (
    <div>
      <section
        tabIndex={0}
        aria-label="Table"
        className="max-h-96 overflow-auto rounded-md border bg-canvas text-xs"
      >
        <table className="w-full border-collapse font-mono">
          <thead className="sticky top-0 bg-panel text-left text-soft shadow-[inset_0_-1px_0_var(--color-line)]">
            <tr>
              <th className="w-px px-2 py-1 text-right font-medium">
                <span className="sr-only">Row</span>
              </th>
              {columns.map((name, column) => (
                <th
                  key={name}
                  className={`px-2 py-1 font-medium whitespace-nowrap ${isNumber(table.cell(first, column)) ? "text-right" : ""}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row} className="border-t first:border-t-0 hover:bg-hover">
                <td className="px-2 py-0.5 text-right text-soft tabular-nums">{row}</td>
                {columns.map((name, column) => (
                  <Cell key={name} value={table.cell(row, column)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="mt-1 flex items-center gap-1 text-xs text-soft">
        <span className="tabular-nums">
          {pages > 1 && `${first.toLocaleString()}–${(first + rows.length - 1).toLocaleString()} of `}
          {rowCount.toLocaleString()} {rowCount === 1 ? "row" : "rows"}, {columns.length}{" "}
          {columns.length === 1 ? "column" : "columns"}
        </span>
        {pages > 1 && (
          <span className="ml-auto flex">
            <IconButton
              label="Rows before"
              icon={ChevronLeft}
              className="size-6!"
              disabled={page === 0}
              onClick={() => setPage(page - 1)}
            />
            <IconButton
              label="Rows behind"
              icon={ChevronRight}
              className="size-6!"
              disabled={page === pages - 1}
              onClick={() => setPage(page + 1)}
            />
          </span>
        )}
      </div>
    </div>
  );
}

function Cell({ value }: { value: unknown }) {
  return (
    <td className={`px-2 py-0.5 whitespace-nowrap ${isNumber(value) ? "text-right tabular-nums" : ""}`}>
      {value === undefined ? <span className="text-soft">–</span> : cellText(value)}
    </td>
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function cellText(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value !== "object" || value === null) return String(value).slice(0, LONGEST_CELL);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "no date" : value.toISOString();
  if (Array.isArray(value)) return `[${value.length} values]`;
  return ArrayBuffer.isView(value) ? `[${value.byteLength} bytes]` : "{…}";
}

/** Six digits are enough to look at. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
