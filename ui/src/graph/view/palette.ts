import { STATUS_COLORS, type StatusColor } from "../model/tally.ts";

/** The theme's colours as a canvas takes them. */
export interface Palette {
  readonly status: Readonly<Record<StatusColor, string>>;
  readonly panel: string;
  readonly line: string;
  readonly ink: string;
  readonly soft: string;
  readonly edge: string;
  readonly accent: string;
  readonly canvas: string;
}

/** Reads the colours of the theme that is shown. */
export function readPalette(): Palette {
  const probe = document.createElement("span");
  document.body.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(--color-${name})`;
    return getComputedStyle(probe).color;
  };
  try {
    const status = Object.fromEntries(STATUS_COLORS.map((name) => [name, resolve(name)]));
    return {
      status: status as Palette["status"],
      panel: resolve("panel"),
      line: resolve("line"),
      ink: resolve("ink"),
      soft: resolve("soft"),
      edge: resolve("faint"),
      accent: resolve("accent"),
      canvas: resolve("canvas"),
    };
  } finally {
    probe.remove();
  }
}
