import { DropdownMenu } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

interface MenuProps {
  readonly trigger: ReactNode;
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly children: ReactNode;
}

/** A menu that opens from a button. */
export function Menu({ trigger, side = "bottom", children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side={side}
          align="end"
          sideOffset={6}
          className="z-50 min-w-40 rounded-lg border bg-raised p-1 text-[13px] shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  danger = false,
  ...rest
}: ComponentProps<typeof DropdownMenu.Item> & { danger?: boolean }) {
  return (
    <DropdownMenu.Item
      className={`flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 outline-none data-disabled:opacity-40 data-highlighted:bg-hover ${danger ? "text-failed" : ""}`}
      {...rest}
    />
  );
}
