import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { setDeleted } from "../../api/actions.ts";
import { purge, trashQuery } from "../../api/trash.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { bytesText } from "../../components/bytes-text.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { StatusBadge } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { useAttempt, useToast } from "../../components/toasts.tsx";

/** What is to be removed: one dispatch, or all deleted ones. */
type Asked = { readonly ids?: readonly string[]; readonly what: string };

/** Deleted dispatches: they can be brought back, or removed for good. */
export function DeletedDispatches() {
  const { data, error } = useQuery(trashQuery);
  const [asked, setAsked] = useState<Asked>();
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const toast = useToast();
  const queries = useQueryClient();
  const changed = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["trash"] }),
      queries.invalidateQueries({ queryKey: ["dispatches"] }),
    ]);
  const restore = (id: string) => attempt(setDeleted(id, false).finally(changed));
  const remove = async ({ ids }: Asked) => {
    setBusy(true);
    try {
      const { dispatches, freed_bytes: freed } = await purge(ids);
      toast({
        text: `${dispatches} dispatch${dispatches === 1 ? "" : "es"} removed, ${bytesText(freed)} freed.`,
      });
    } finally {
      setBusy(false);
      await changed();
    }
  };
  const rows = data?.dispatches ?? [];
  const total = data?.metadata.total ?? 0;
  return (
    <section aria-label="Deleted dispatches" className="rounded-lg border bg-panel p-4 shadow-panel">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">Deleted dispatches</h2>
        {total > 0 && (
          <Button
            icon={Trash2}
            tone="danger"
            disabled={busy}
            onClick={() => setAsked({ what: `all ${total.toLocaleString()} deleted dispatches` })}
          >
            {busy ? "Removing" : "Remove all for good"}
          </Button>
        )}
      </div>
      <p className="mb-2 text-soft">
        {total === 0 && data ? "There are none." : "They take up space until they are removed for good."}
      </p>
      {error && <ErrorPanel error={error} />}
      <ul className="max-h-96 overflow-auto">
        {rows.map((row) => (
          <li
            key={row.dispatch_id}
            className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 border-t py-1"
          >
            <span className="min-w-0 flex-1 basis-48 truncate">
              <span className="font-medium">{row.name}</span>{" "}
              <span className="font-mono text-xs text-faint">{row.dispatch_id.slice(0, 8)}</span>
            </span>
            <StatusBadge status={row.status} />
            <span className="text-soft">
              deleted <Time at={row.deleted_at} />
            </span>
            <span className="flex">
              <IconButton
                label={`Bring back ${row.name} ${row.dispatch_id.slice(0, 8)}`}
                icon={Undo2}
                disabled={busy}
                onClick={() => restore(row.dispatch_id)}
              />
              <IconButton
                label={`Remove ${row.name} ${row.dispatch_id.slice(0, 8)} for good`}
                icon={Trash2}
                disabled={busy}
                onClick={() => setAsked({ ids: [row.dispatch_id], what: row.name })}
              />
            </span>
          </li>
        ))}
      </ul>
      {total > rows.length && (
        <p className="pt-2 text-soft">and {(total - rows.length).toLocaleString()} more</p>
      )}
      {asked && (
        <ConfirmDialog
          title={`Remove ${asked.what} for good?`}
          confirm="Remove"
          onClose={() => setAsked(undefined)}
          onConfirm={() => attempt(remove(asked))}
        >
          Results, logs and code that no other dispatch uses are removed, too. This cannot be taken back.
        </ConfirmDialog>
      )}
    </section>
  );
}
