import type { LucideIcon } from "lucide-react";
import { Tooltip } from "radix-ui";
import type { ComponentProps } from "react";

type Tone = "plain" | "primary" | "danger";

const TONES: Readonly<Record<Tone, string>> = {
  plain: "border bg-raised text-ink hover:bg-hover",
  primary: "bg-accent text-on-accent hover:opacity-90",
  danger: "border border-failed/40 bg-raised text-failed hover:bg-failed/10",
};

export type ButtonProps = ComponentProps<"button"> & {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
};

export function Button({ tone = "plain", icon: Icon, children, className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex h-8 items-center gap-1.5 rounded-md px-3 text-[13px] font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${TONES[tone]} ${className}`}
      {...rest}
    >
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </button>
  );
}

export type IconButtonProps = ComponentProps<"button"> & {
  /** What it does: its name for screen readers, and shown when it is pointed at. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly side?: "top" | "right" | "bottom" | "left";
};

/** A button that is only an icon; `aria-pressed` makes it a switch. */
export function IconButton({ label, icon: Icon, side = "bottom", className = "", ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          aria-label={label}
          className={`inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent disabled:opacity-40 ${className}`}
          {...rest}
        >
          <Icon aria-hidden className="size-4" />
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          className="z-50 rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-float"
        >
          {label}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
