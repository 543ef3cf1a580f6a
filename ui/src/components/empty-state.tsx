import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** What is shown where there is nothing yet, and how there comes to be something. */
export function EmptyState({
  icon: Icon,
  title,
  children,
}: {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center gap-2 px-4 py-16 text-center">
      <Icon aria-hidden className="size-8 text-faint" />
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-soft">{children}</p>
    </div>
  );
}
