import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { Tabs } from "radix-ui";
import { useMemo, useState } from "react";
import type { Attempt } from "../../../api/dispatches.ts";
import { textQuery } from "../../../api/nodes.ts";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { Section, Verbatim } from "../../../components/section.tsx";

/** What the last attempt printed; found in by text. */
export function LogSection({ attempt }: { attempt: Attempt }) {
  const [wanted, setWanted] = useState("");
  const streams = (["stdout", "stderr"] as const).flatMap((name) => {
    const log = attempt[name];
    return log === null || log.size === 0 ? [] : [{ name, digest: log.digest }];
  });
  const first = streams[0];
  if (first === undefined) return null;
  return (
    <Section title="Printed">
      <Tabs.Root defaultValue={first.name}>
        <div className="mb-2 flex items-center gap-2">
          <Tabs.List aria-label="Streams" className="flex gap-1">
            {streams.map(({ name }) => (
              <Tabs.Trigger
                key={name}
                value={name}
                className="rounded px-2 py-1 font-mono text-xs text-soft data-[state=active]:bg-hover data-[state=active]:text-ink"
              >
                {name}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <label className="ml-auto flex h-7 items-center gap-1.5 rounded-md border px-2 text-soft">
            <Search aria-hidden className="size-3.5" />
            <input
              type="search"
              aria-label="Search in what was printed"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              className="w-28 bg-transparent text-xs text-ink outline-none"
            />
          </label>
        </div>
        {streams.map(({ name, digest }) => (
          <Tabs.Content key={name} value={name}>
            <Printed digest={digest} wanted={wanted} name={name} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Section>
  );
}

function Printed({ digest, wanted, name }: { digest: string; wanted: string; name: string }) {
  const { data, error } = useQuery(textQuery(digest));
  const shown = useMemo(() => linesWith(data ?? "", wanted), [data, wanted]);
  return error ? <ErrorPanel error={error} /> : <Verbatim text={shown} label={name} />;
}

function linesWith(text: string, wanted: string): string {
  if (wanted === "") return text;
  const lines = text.split("\n").filter((line) => line.toLowerCase().includes(wanted.toLowerCase()));
  return lines.length > 0 ? lines.join("\n") : "No line has that.";
}
