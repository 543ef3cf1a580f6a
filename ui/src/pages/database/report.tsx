import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Info, type LucideIcon, Wrench } from "lucide-react";
import { answerOf, api } from "../../api/client.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";

type Severity = "note" | "heal" | "repair" | "refuse";

const LOOKS: Readonly<
  Record<Severity, { readonly icon: LucideIcon; readonly tone: string; readonly says: string }>
> = {
  note: { icon: Info, tone: "text-soft", says: "worth knowing" },
  heal: { icon: Wrench, tone: "text-running", says: "a migration mends it" },
  repair: { icon: CircleAlert, tone: "text-cancelled", says: "covalent db repair mends it" },
  refuse: { icon: CircleAlert, tone: "text-failed", says: "somebody has to decide" },
};

/** What the doctor says, what a migration would do, and what is kept aside. */
export function DatabaseReport() {
  const { data, error, isPending } = useQuery({
    queryKey: ["database", "report"],
    queryFn: () => answerOf(api.GET("/api/v2/database/report")),
  });
  return (
    <>
      <section aria-label="Doctor" className="rounded-lg border bg-panel p-4 shadow-panel">
        <h2 className="mb-2 font-semibold">Doctor</h2>
        {error && <ErrorPanel error={error} />}
        {isPending && <p className="text-soft">Everything is being looked at …</p>}
        {data && (
          <>
            <p className={`flex items-center gap-2 ${data.healthy ? "text-completed" : "text-cancelled"}`}>
              {data.healthy ? (
                <CircleCheck aria-hidden className="size-4 shrink-0" />
              ) : (
                <CircleAlert aria-hidden className="size-4 shrink-0" />
              )}
              {data.next}
            </p>
            {data.findings.length > 0 && (
              <ul className="mt-2 flex flex-col gap-2">
                {data.findings.map((finding) => (
                  <FindingRow key={`${finding.code} ${finding.what}`} {...finding} />
                ))}
              </ul>
            )}
          </>
        )}
        {data && data.pending.length > 0 && (
          <>
            <h3 className="mt-3 mb-1 font-medium">Pending migrations</h3>
            <ol className="list-decimal pl-6 text-soft">
              {data.pending.map(({ to, message }) => (
                <li key={to}>
                  <code className="font-mono text-xs">{to}</code> {message}
                </li>
              ))}
            </ol>
          </>
        )}
      </section>
      {data && <Quarantine groups={data.quarantine} />}
    </>
  );
}

interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly what: string;
  readonly action: string;
}

function FindingRow({ code, severity, what, action }: Finding) {
  const { icon: Icon, tone, says } = LOOKS[severity];
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <div className="min-w-0">
        <p className="break-words">{what}</p>
        <p className="text-soft">
          {action} <span className="font-mono text-xs">{code}</span>, {says}
        </p>
      </div>
    </li>
  );
}

interface Group {
  readonly table: string;
  readonly revision: string;
  readonly reason: string;
  readonly rows: number;
  readonly examples: readonly { readonly id: string; readonly dispatch_id?: string }[];
}

function Quarantine({ groups }: { groups: readonly Group[] }) {
  return (
    <section aria-label="Quarantine" className="rounded-lg border bg-panel p-4 shadow-panel">
      <h2 className="mb-2 font-semibold">Quarantine</h2>
      {groups.length === 0 ? (
        <p className="text-soft">No row is kept aside.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {groups.map(({ table, revision, reason, rows, examples }) => (
            <li key={`${table} ${revision} ${reason}`}>
              <p>
                {rows.toLocaleString()} {rows === 1 ? "row" : "rows"} of{" "}
                <code className="font-mono text-xs">{table}</code>: {reason}
              </p>
              <p className="text-soft">
                kept aside at <code className="font-mono text-xs">{revision}</code>, e.g.{" "}
                {examples.slice(0, 5).map(({ id, dispatch_id }) => (
                  <code key={id} className="mr-2 font-mono text-xs">
                    {dispatch_id ?? id}
                  </code>
                ))}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
