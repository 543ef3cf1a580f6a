/** The server's log, newest first: found by text and level, read again when something has happened. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download, RefreshCw, ScrollText } from "lucide-react";
import { useState } from "react";
import { answerOf, api, fetchBytes } from "../../api/client.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { Time } from "../../components/time.tsx";
import { useAttempt } from "../../components/toasts.tsx";
import { saveBlob } from "../../graph/export/save.ts";
import { useDebounced } from "../../hooks/debounced.ts";

const LEVELS = ["", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
const SHOWN = 500;

export function LogsPage() {
  const [text, setText] = useState("");
  const [level, setLevel] = useState<string>("");
  const search = useDebounced(text, 250);
  const { data, error, refetch } = useQuery({
    queryKey: ["dispatches", "logs", search, level],
    placeholderData: keepPreviousData,
    queryFn: () => answerOf(api.GET("/api/v1/logs/", { params: { query: { count: SHOWN, search } } })),
  });
  const attempt = useAttempt();
  const download = async () => {
    saveBlob(await (await fetchBytes("/api/v1/logs/download")).blob(), "covalent.log");
  };
  const items = (data?.items ?? []).filter(({ status }) => level === "" || status.toUpperCase() === level);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Logs">
        <SearchField
          label="Search in the log"
          placeholder="Text or dispatch id"
          value={text}
          onChange={setText}
        />
        <select
          aria-label="Level"
          value={level}
          onChange={(event) => setLevel(event.target.value)}
          className="h-8 rounded-md border bg-panel px-2"
        >
          {LEVELS.map((name) => (
            <option key={name} value={name}>
              {name === "" ? "All levels" : name[0] + name.slice(1).toLowerCase()}
            </option>
          ))}
        </select>
        <IconButton label="Read again" icon={RefreshCw} onClick={() => void refetch()} />
        <Button icon={Download} className="ml-auto" onClick={() => attempt(download())}>
          Download
        </Button>
      </PageHeader>
      {error && <ErrorPanel error={error} />}
      {data && items.length === 0 ? (
        <EmptyState icon={ScrollText} title="No line is like that">
          The log is written by a server that was started with{" "}
          <code className="font-mono">covalent start</code>.
        </EmptyState>
      ) : (
        <section tabIndex={0} aria-label="Lines" className="min-h-0 flex-1 overflow-auto border-t bg-panel">
          <ul className="font-mono text-xs">
            {items.map((item, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal lines have nothing else that tells them apart
              <LogLine key={at} {...item} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const TONES: Readonly<Record<string, string>> = {
  ERROR: "text-failed",
  CRITICAL: "text-failed",
  WARNING: "text-cancelled",
};

function LogLine({
  log_date,
  status,
  message,
}: {
  log_date: string | null;
  status: string;
  message: string;
}) {
  return (
    <li className="grid grid-cols-[8rem_5rem_minmax(0,1fr)] gap-3 border-b px-4 py-1.5 max-sm:grid-cols-[5rem_minmax(0,1fr)] max-sm:*:first:hidden md:px-6">
      <span className="text-soft">
        <Time at={log_date === null ? null : asIso(log_date)} />
      </span>
      <span className={TONES[status.toUpperCase()] ?? "text-soft"}>{status}</span>
      <span className="break-words whitespace-pre-wrap">{message}</span>
    </li>
  );
}

/** The original's times are `2022-08-01 09:00:00,000`, in UTC. */
function asIso(date: string): string {
  const iso = date.replace(" ", "T").replace(",", ".");
  const zoned = /Z|[+-]\d\d:\d\d$/.test(iso) ? iso : `${iso}Z`;
  return Number.isNaN(Date.parse(zoned)) ? new Date(0).toISOString() : zoned;
}
