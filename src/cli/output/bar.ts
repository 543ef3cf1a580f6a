import { printable } from "./printable.ts";
import { shortened } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** How far something is; `total` 0 when that is not known. */
export interface Amount {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** A line that moves on a terminal, below the lines that stay. Elsewhere only the lines are printed. */
export interface Bar {
  show(amount: Amount): void;
  /** Prints a line that stays. */
  line(text: string): void;
  /** Takes away what moves. */
  end(): void;
}

const CELLS = 24;

export function createBar(terminal: Terminal): Bar {
  let moving = false;
  const end = (): void => {
    if (moving) terminal.write("\r\x1b[K");
    moving = false;
  };
  return {
    show: (amount) => {
      if (!terminal.interactive) return;
      terminal.write(`\r\x1b[K${shortened(printable(barOf(amount), false), terminal.width - 1)}`);
      moving = true;
    },
    line: (text) => {
      end();
      terminal.print(text);
    },
    end,
  };
}

function barOf({ label, done, total }: Amount): string {
  if (total === 0) return `${label} …`;
  const share = Math.min(1, done / total);
  const full = Math.round(share * CELLS);
  const cells = "█".repeat(full) + "░".repeat(CELLS - full);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${cells} ${percent}  ${done.toLocaleString("en")}/${total.toLocaleString("en")}  ${label}`;
}
