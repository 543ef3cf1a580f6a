/** The server's log, newest first, as it is written: found by text, level and dispatch. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Pause, Play, ScrollText } from "lucide-react";
import { useEffect, useState } from "react";
import { fetchBytes } from "../../api/client.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useAttempt } from "../../components/toasts.tsx";
import { saveBlob } from "../../graph/export/save.ts";
import { useDebounced } from "../../hooks/debounced.ts";
import { LogLines } from "./log-lines.tsx";
import { LEVELS, type Level, type LogSearch } from "./search.ts";
import { useLog } from "./use-log.ts";

export function LogsPage() {
  const search = useSearch({ from: "/logs" });
  const [follow, setFollow] = useState(true);
  const { lines, error } = useLog(search, follow);
  const attempt = useAttempt();
  const download = async () => {
    saveBlob(await (await fetchBytes("/api/v1/logs/download")).blob(), "covalent.log");
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Logs">
        <Filters search={search} />
        <div className="ml-auto flex gap-2">
          <Button icon={follow ? Pause : Play} aria-pressed={follow} onClick={() => setFollow(!follow)}>
            {follow ? "Live" : "Paused"}
          </Button>
          <Button icon={Download} onClick={() => attempt(download())}>
            Download
          </Button>
        </div>
      </PageHeader>
      {error && (
        <div className="px-4 pb-3 md:px-6">
          <ErrorPanel error={error} />
        </div>
      )}
      {lines?.length === 0 ? (
        <EmptyState icon={ScrollText} title="No line is like that">
          The log is written by a server that was started with{" "}
          <code className="font-mono">covalent start</code>.
        </EmptyState>
      ) : (
        <LogLines lines={lines ?? []} />
      )}
    </div>
  );
}

/** They stand in the address, so that what was found can be shown to others. */
function Filters({ search }: { search: LogSearch }) {
  const navigate = useNavigate();
  const change = (changed: Partial<LogSearch>) =>
    void navigate({ to: "/logs", search: { ...search, ...changed }, replace: true });
  return (
    <>
      <TextFilter
        label="Search in the log"
        placeholder="Text"
        value={search.text ?? ""}
        onSettled={(text) => change({ text: text || undefined })}
      />
      <TextFilter
        label="Dispatch"
        placeholder="Id of a dispatch"
        value={search.dispatch ?? ""}
        onSettled={(dispatch) => change({ dispatch: dispatch || undefined })}
      />
      <select
        aria-label="Level"
        value={search.level ?? "TRACE"}
        onChange={({ target: { value } }) =>
          change({ level: value === "TRACE" ? undefined : (value as Level) })
        }
        className="h-8 rounded-md border bg-panel px-2"
      >
        {LEVELS.map((name) => (
          <option key={name} value={name}>
            {name === "TRACE" ? "All levels" : `${name[0]}${name.slice(1).toLowerCase()} and worse`}
          </option>
        ))}
      </select>
    </>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  /** Called when the reader has stopped typing. */
  onSettled(text: string): void;
}

function TextFilter({ label, placeholder, value, onSettled }: TextFilterProps) {
  const [text, setText] = useState(value);
  const settled = useDebounced(text, 250);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is told
  useEffect(() => {
    if (settled !== value) onSettled(settled);
  }, [settled]);
  return <SearchField label={label} placeholder={placeholder} value={text} onChange={setText} />;
}
