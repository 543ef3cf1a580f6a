import type { ReactNode } from "react";

/** A page's name, and what can be done on it. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-3 md:px-6">
      <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
      {children}
    </header>
  );
}
