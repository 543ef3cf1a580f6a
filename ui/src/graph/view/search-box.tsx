import { Search } from "lucide-react";
import { useRef } from "react";

interface SearchBoxProps {
  readonly query: string;
  /** Places of boxes. */
  readonly found: readonly number[] | undefined;
  readonly onQuery: (query: string) => void;
  readonly onCentre: (box: number) => void;
}

/** Finds nodes by name or id; Enter goes from one to the next. */
export function SearchBox({ query, found, onQuery, onCentre }: SearchBoxProps) {
  const at = useRef(-1);
  const next = () => {
    if (!found?.length) return;
    at.current = (at.current + 1) % found.length;
    onCentre(found[at.current] ?? 0);
  };
  return (
    <label className="absolute top-3 left-3 flex h-8 w-56 items-center gap-2 rounded-md border bg-panel px-2 text-soft shadow-panel focus-within:border-accent max-sm:w-40">
      <Search aria-hidden className="size-4 shrink-0" />
      <input
        type="search"
        aria-label="Search in the graph"
        placeholder="Find a node"
        value={query}
        onChange={(event) => {
          at.current = -1;
          onQuery(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") next();
          if (event.key === "Escape") onQuery("");
        }}
        className="w-full min-w-0 bg-transparent text-ink outline-none placeholder:text-faint"
      />
      {found && <output className="text-xs tabular-nums">{found.length}</output>}
    </label>
  );
}
