import { Link } from "@tanstack/react-router";
import { Cpu, Database, ListTree, type LucideIcon, ScrollText, Settings, Zap } from "lucide-react";

interface Place {
  readonly to: "/" | "/triggers" | "/executors" | "/logs" | "/database" | "/settings";
  readonly name: string;
  readonly icon: LucideIcon;
}

const PLACES: readonly Place[] = [
  { to: "/", name: "Dispatches", icon: ListTree },
  { to: "/triggers", name: "Triggers", icon: Zap },
  { to: "/executors", name: "Executors", icon: Cpu },
  { to: "/logs", name: "Logs", icon: ScrollText },
  { to: "/database", name: "Database", icon: Database },
  { to: "/settings", name: "Settings", icon: Settings },
];

/** Where one can go. */
export function Navigation({ onChosen }: { onChosen?: () => void }) {
  return (
    <nav aria-label="Pages" className="flex flex-col gap-0.5">
      {PLACES.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          onClick={onChosen}
          activeOptions={{ exact: to === "/" }}
          activeProps={{ className: "bg-accent-soft text-accent! font-medium" }}
          className="flex items-center gap-2.5 rounded-md px-2 py-1.5 text-soft transition-colors hover:bg-hover hover:text-ink"
        >
          <Icon aria-hidden className="size-4" />
          {name}
        </Link>
      ))}
    </nav>
  );
}
