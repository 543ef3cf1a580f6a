import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { fetchBytes } from "../api/client.ts";
import { DataTable } from "./data-table.tsx";
import { PictureView } from "./picture-view.tsx";

interface ValuePartsProps {
  readonly digest: string;
  readonly size: number;
  /** The bytes, where they are text that came with the asset. */
  readonly content: string | undefined;
  /** The value as text. */
  readonly text: ReactNode;
}

/** Larger values are not fetched to be looked at; they can be downloaded. Bytes. */
const LARGEST = 16 * 1024 * 1024;

/** A value as tables and pictures where it has any, with its text behind a switch; else its text. */
export function ValueParts({ digest, size, content, text }: ValuePartsProps) {
  const [asText, setAsText] = useState(false);
  const { data: parts } = useQuery({
    queryKey: ["value", digest],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    enabled: size <= LARGEST,
    queryFn: async () => {
      const bytes =
        content === undefined
          ? new Uint8Array(await (await fetchBytes(`/api/v2/assets/${digest}`)).arrayBuffer())
          : new TextEncoder().encode(content);
      return (await import("./read-value.ts")).readParts(bytes);
    },
  });
  // What cannot be read here, a newer release's value say, has its text all the same.
  if (parts === undefined || parts.length === 0) return text;
  return (
    <div className="flex flex-col gap-2">
      <button
        type="button"
        onClick={() => setAsText(!asText)}
        className="self-end rounded px-1.5 text-xs text-accent hover:bg-hover"
      >
        {asText ? "Show as data" : "Show as text"}
      </button>
      {asText
        ? text
        : parts.map(({ name, shown }) => (
            <figure key={name} className="min-w-0">
              {name !== "" && <figcaption className="mb-1 font-mono text-xs text-soft">{name}</figcaption>}
              {shown.kind === "table" ? (
                <DataTable table={shown} />
              ) : (
                <PictureView image={shown} name={name || "the value"} />
              )}
            </figure>
          ))}
    </div>
  );
}
