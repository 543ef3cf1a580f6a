import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { answerOf, api } from "../../api/client.ts";
import { bytesText } from "../../components/bytes-text.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Facts } from "../../components/section.tsx";
import { Time } from "../../components/time.tsx";
import { DatabaseReport } from "./report.tsx";

const COMMANDS: readonly (readonly [command: string, what: string])[] = [
  ["covalent db backup", "makes a backup now"],
  ["covalent db restore", "puts a backup in the place of the database; stop the server first"],
  ["covalent db repair", "shows how what is wrong would be mended; --apply does it"],
  ["covalent db quarantine restore", "puts rows back that were kept aside"],
  ["covalent db history", "every revision of the schema"],
];

/** How the database stands. It is changed on the command line alone, where nothing of it is in use. */
export function DatabasePage() {
  const { data, error } = useQuery({
    queryKey: ["database"],
    queryFn: () => answerOf(api.GET("/api/v2/database")),
  });
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <PageHeader title="Database" />
      <div className="flex flex-col gap-4 px-4 pb-6 md:px-6">
        {error && <ErrorPanel error={error} />}
        {data && (
          <section aria-label="State" className="rounded-lg border bg-panel p-4 shadow-panel">
            <Verdict problem={data.stalled ?? data.problem} pending={data.pending} />
            <Facts
              facts={[
                [
                  "File",
                  <code key="file" className="font-mono text-xs break-all">
                    {data.url}
                  </code>,
                ],
                [
                  "Revision",
                  <code key="revision" className="font-mono text-xs">
                    {data.revision ?? "none"}
                  </code>,
                ],
                [
                  "Newest",
                  <code key="head" className="font-mono text-xs">
                    {data.head}
                  </code>,
                ],
              ]}
            />
          </section>
        )}
        <DatabaseReport />
        {data && <Backups backups={data.backups} />}
        <section aria-label="Commands" className="rounded-lg border bg-panel p-4 shadow-panel">
          <h2 className="mb-2 font-semibold">On the command line</h2>
          <ul className="grid gap-1 md:grid-cols-[max-content_1fr] md:gap-x-4">
            {COMMANDS.map(([command, what]) => (
              <li key={command} className="md:contents">
                <span className="flex items-center justify-between gap-2">
                  <code className="font-mono text-xs">{command}</code>
                  <CopyButton text={command} label={`Copy ${command}`} className="size-6!" />
                </span>
                <span className="self-center text-soft">{what}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

function Verdict({ problem, pending }: { problem: string | null; pending: number | null }) {
  const isFine = problem === null && pending === 0;
  const Icon = isFine ? CircleCheck : CircleAlert;
  return (
    <p className={`mb-3 flex items-center gap-2 font-medium ${isFine ? "text-completed" : "text-cancelled"}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {problem ??
        (isFine
          ? "It is at the newest revision, and nothing is wrong with it."
          : `${pending ?? "Some"} revisions are to be added.`)}
    </p>
  );
}

interface Backup {
  readonly path: string;
  readonly made_at: string;
  readonly revision: string;
  readonly size: number;
}

function Backups({ backups }: { backups: readonly Backup[] }) {
  return (
    <section aria-label="Backups" className="rounded-lg border bg-panel p-4 shadow-panel">
      <h2 className="mb-2 font-semibold">Backups</h2>
      {backups.length === 0 && (
        <p className="text-soft">There is none yet: every migration makes one first.</p>
      )}
      <ul className="flex flex-col gap-1">
        {backups.map((backup) => (
          <li key={backup.path} className="flex flex-wrap items-center gap-x-4">
            <Time at={backup.made_at} />
            <code className="font-mono text-xs">{backup.revision}</code>
            <span className="text-soft">{bytesText(backup.size)}</span>
            <code className="font-mono text-xs break-all text-soft">{backup.path}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
