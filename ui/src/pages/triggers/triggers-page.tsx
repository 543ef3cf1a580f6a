import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  CirclePause,
  Clock,
  Database,
  Folder,
  type LucideIcon,
  Pause,
  Play,
  Trash2,
  Zap,
} from "lucide-react";
import { useState } from "react";
import { fireTrigger, setTriggerPaused, stopTrigger } from "../../api/actions.ts";
import { answerOf, api } from "../../api/client.ts";
import { IconButton } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Time } from "../../components/time.tsx";
import { useAttempt, useToast } from "../../components/toasts.tsx";
import { awaitedText } from "./awaited.ts";

const KINDS: Readonly<Record<string, { readonly name: string; readonly icon: LucideIcon }>> = {
  TimeTrigger: { name: "Time", icon: Clock },
  DirTrigger: { name: "Directory", icon: Folder },
  SQLiteTrigger: { name: "SQLite rows", icon: Database },
  DatabaseTrigger: { name: "Database rows", icon: Database },
};

/** Under `dispatches`, because what they show changes when dispatches begin. */
const KEY = ["dispatches", "triggers"] as const;

/** What starts dispatches by itself. */
export function TriggersPage() {
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: () => answerOf(api.GET("/api/v2/triggers", { params: { query: { count: 500 } } })),
  });
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <PageHeader title="Triggers" />
      <div className="px-4 pb-6 md:px-6">
        {error && <ErrorPanel error={error} />}
        {data?.triggers.length === 0 && (
          <EmptyState icon={Zap} title="No trigger is observed">
            A trigger starts a lattice by the clock, when files change or when rows appear:{" "}
            <code className="font-mono">
              lattice({'{ triggers: [timeTrigger({ cron: "0 6 * * *" })] }'}, …)
            </code>
          </EmptyState>
        )}
        <ul className="flex flex-col gap-3">
          {data?.triggers.map((trigger) => (
            <TriggerCard key={trigger.id} trigger={trigger} />
          ))}
        </ul>
      </div>
    </div>
  );
}

interface Trigger {
  readonly id: string;
  readonly dispatch_id: string;
  readonly lattice_name: string | null;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly paused_at: string | null;
  readonly due_at: string | null;
  readonly fired: number;
  readonly fired_at: string | null;
  readonly last_dispatch_id: string | null;
  readonly problem: string | null;
}

function TriggerCard({ trigger }: { trigger: Trigger }) {
  const name = String(trigger.definition.name);
  const kind = KINDS[name] ?? { name, icon: Zap };
  const Icon = kind.icon;
  const last = trigger.last_dispatch_id ?? trigger.dispatch_id;
  return (
    <li className="flex flex-wrap items-start gap-3 rounded-lg border bg-panel p-4 shadow-panel">
      <Icon aria-hidden className="mt-0.5 size-5 text-accent" />
      <div className="min-w-0 flex-1">
        <h2 className="flex flex-wrap items-center gap-x-2 font-medium">
          <bdi className="max-w-full truncate">{trigger.lattice_name ?? last.slice(0, 8)}</bdi>
          {trigger.paused_at && (
            <span className="inline-flex items-center gap-1 rounded-full bg-cancelled/15 px-2 text-xs text-cancelled">
              <CirclePause aria-hidden className="size-3" />
              paused since <Time at={trigger.paused_at} />
            </span>
          )}
        </h2>
        <p className="break-words">
          {kind.name}: <span className="font-mono text-xs">{awaitedText(trigger.definition)}</span>
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 text-soft">
          <span>
            fired {trigger.fired.toLocaleString()} {trigger.fired === 1 ? "time" : "times"}
          </span>
          {trigger.fired_at && (
            <span>
              last <Time at={trigger.fired_at} />
            </span>
          )}
          {trigger.due_at && !trigger.paused_at && (
            <span>
              next <Time at={trigger.due_at} />
            </span>
          )}
          <Link to="/dispatches/$dispatchId" params={{ dispatchId: last }} className="text-accent underline">
            {trigger.last_dispatch_id === null ? "what it starts" : "last dispatch"}
          </Link>
        </p>
        {trigger.problem && <p className="mt-1 text-failed">{trigger.problem}</p>}
      </div>
      <TriggerActions id={trigger.id} isPaused={trigger.paused_at !== null} />
    </li>
  );
}

function TriggerActions({ id, isPaused }: { id: string; isPaused: boolean }) {
  const [stopping, setStopping] = useState(false);
  const queries = useQueryClient();
  const attempt = useAttempt();
  const toast = useToast();
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const fire = () =>
    fireTrigger(id).then((dispatchId) => {
      toast({ text: `Dispatch ${dispatchId.slice(0, 8)} was started.` });
      return again();
    });
  return (
    <div className="flex">
      <IconButton label="Fire now" icon={Zap} onClick={() => attempt(fire())} />
      <IconButton
        label={isPaused ? "Resume" : "Pause"}
        icon={isPaused ? Play : Pause}
        onClick={() => attempt(setTriggerPaused(id, !isPaused).then(again))}
      />
      <IconButton label="Remove" icon={Trash2} onClick={() => setStopping(true)} />
      {stopping && (
        <ConfirmDialog
          title="Remove this trigger?"
          confirm="Remove it"
          onClose={() => setStopping(false)}
          onConfirm={() => attempt(stopTrigger(id).then(again))}
        >
          It is observed no more. Dispatches that it has started run on.
        </ConfirmDialog>
      )}
    </div>
  );
}
