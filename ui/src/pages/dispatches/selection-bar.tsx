import { Ban, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { cancelDispatch, redispatch } from "../../api/actions.ts";
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
  if (selected.size === 0) return null;
  const forEach = (act: (id: string) => Promise<unknown>, said: string) =>
    attempt(
      Promise.all([...selected].map(act)).then(() => {
        toast({ text: `${count(selected.size)} ${said}.` });
        onDone();
      }),
    );
  return (
    <section
      aria-label="Selection"
      className="flex flex-wrap items-center gap-2 border-t bg-panel px-4 py-2 md:px-6"
    >
      <span className="mr-auto font-medium tabular-nums">{count(selected.size)} selected</span>
      <Button
        icon={RotateCcw}
        onClick={() => forEach((id) => redispatch(id, { reuse: false }), "dispatched again")}
      >
        Run again
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
