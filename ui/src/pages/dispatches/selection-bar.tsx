import { useQueryClient } from "@tanstack/react-query";
import { Ban, RotateCcw, Trash2, X } from "lucide-react";
import { useState } from "react";
import { cancelDispatch, redispatch, setDeleted } from "../../api/actions.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { useAttempt, useToast } from "../../components/toasts.tsx";

interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  readonly onDone: () => void;
}

/** What can be done with the selected dispatches. */
export function SelectionBar({ selected, onDone }: SelectionBarProps) {
  const [cancelling, setCancelling] = useState(false);
  const attempt = useAttempt();
  const toast = useToast();
  const queries = useQueryClient();
  if (selected.size === 0) return null;
  const forEach = (act: (id: string) => Promise<unknown>, said: string) =>
    attempt(
      Promise.all([...selected].map(act)).then(() => {
        toast({ text: `${count(selected.size)} ${said}.` });
        onDone();
      }),
    );
  const hide = (ids: readonly string[], deleted: boolean) =>
    Promise.all(ids.map((id) => setDeleted(id, deleted))).finally(() =>
      queries.invalidateQueries({ queryKey: ["dispatches"] }),
    );
  const remove = () => {
    const ids = [...selected];
    const undo = { label: "Undo", run: () => attempt(hide(ids, false)) };
    attempt(
      hide(ids, true).then(() => {
        toast({ text: `${count(ids.length)} deleted.`, action: undo });
        onDone();
      }),
    );
  };
  return (
    <section
      aria-label="Selection"
      className="flex flex-wrap items-center gap-2 border-t bg-panel px-4 py-2 md:px-6"
    >
      <span className="mr-auto font-medium tabular-nums max-sm:w-full">{count(selected.size)} selected</span>
      <Button
        icon={RotateCcw}
        onClick={() => forEach((id) => redispatch(id, { reuse: false }), "dispatched again")}
      >
        Run again
      </Button>
      <Button icon={Trash2} onClick={remove}>
        Delete
      </Button>
      <Button icon={Ban} tone="danger" onClick={() => setCancelling(true)}>
        Cancel
      </Button>
      <IconButton label="Select nothing" icon={X} onClick={onDone} />
      {cancelling && (
        <ConfirmDialog
          title={`Cancel ${count(selected.size)}?`}
          confirm="Cancel them"
          onClose={() => setCancelling(false)}
          onConfirm={() => forEach((id) => cancelDispatch(id), "asked to end")}
        >
          What has completed stays; what runs is ended. Dispatches that have ended are left as they are.
        </ConfirmDialog>
      )}
    </section>
  );
}

function count(dispatches: number): string {
  return `${dispatches} dispatch${dispatches === 1 ? "" : "es"}`;
}
