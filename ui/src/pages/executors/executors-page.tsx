import { useQuery } from "@tanstack/react-query";
import { serverQuery } from "../../api/dispatches.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Facts } from "../../components/section.tsx";
import { Time } from "../../components/time.tsx";

/** How many attempts run, of how many that can at once. */
function Slots({ running, slots }: { running: number; slots?: number | undefined }) {
  if (slots === undefined) return `${running.toLocaleString()} in use`;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-line">
        <span
          className="block h-full rounded-full bg-running"
          style={{ width: `${Math.min(100, (100 * running) / Math.max(1, slots))}%` }}
        />
      </span>
      {running.toLocaleString()} of {slots.toLocaleString()} in use
    </span>
  );
}

/** Where attempts run: how much each executor does and has waiting. */
export function ExecutorsPage() {
  const { data, error } = useQuery(serverQuery);
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <PageHeader title="Executors" />
      <div className="grid gap-4 px-4 pb-6 md:px-6 lg:grid-cols-2">
        {error && <ErrorPanel error={error} />}
        {Object.entries(data?.executors ?? {}).map(([name, health]) => (
          <section key={name} aria-label={name} className="rounded-lg border bg-panel p-4 shadow-panel">
            <h2 className="mb-3 flex items-center gap-2 text-base font-semibold">
              <span
                aria-hidden
                className={`size-2 rounded-full ${health.running > 0 ? "bg-running" : "bg-completed"}`}
              />
              {name}
            </h2>
            <Facts
              facts={[
                ["Slots", <Slots key="slots" {...health} />],
                ["Waiting", health.queued.toLocaleString()],
                ["Workers", `${health.workers.toLocaleString()} started`],
              ]}
            />
          </section>
        ))}
        {data && (
          <section aria-label="Server" className="rounded-lg border bg-panel p-4 shadow-panel">
            <h2 className="mb-3 text-base font-semibold">Server</h2>
            <Facts
              facts={[
                ["Address", data.url],
                ["Version", data.version],
                ["Database", data.revision],
                ["Started", <Time key="started" at={data.started_at} />],
              ]}
            />
          </section>
        )}
      </div>
    </div>
  );
}
