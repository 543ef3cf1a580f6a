import { useQuery } from "@tanstack/react-query";
import { serverQuery } from "../../api/dispatches.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { ImportButton } from "./import-button.tsx";
import { countOf, type StatusCounts } from "./status-counts.ts";

/** What the server has and does, in one line. */
export function Totals({ counts }: { counts: StatusCounts | undefined }) {
  const server = useQuery(serverQuery);
  const executors = Object.values(server.data?.executors ?? {});
  const busy = executors.reduce((sum, { running }) => sum + running, 0);
  const queued = executors.reduce((sum, { queued: waiting }) => sum + waiting, 0);
  return (
    <PageHeader title="Dispatches">
      <p className="flex gap-x-4 text-soft tabular-nums max-sm:gap-x-3" aria-live="polite">
        <span>{countOf(counts).toLocaleString()} in all</span>
        {server.data && (
          <>
            <span>{server.data.active.toLocaleString()} in flight</span>
            <span className="max-sm:hidden">
              {busy.toLocaleString()} {busy === 1 ? "task" : "tasks"} running
              {queued > 0 && `, ${queued.toLocaleString()} waiting`}
            </span>
          </>
        )}
      </p>
      <div className="ml-auto">
        <ImportButton />
      </div>
    </PageHeader>
  );
}
