import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ban, Download, GitCompareArrows, Pause, Play, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { isTerminal } from "../../../../src/model/status.ts";
import { cancelDispatch, redispatch, setDeleted, setPaused } from "../../api/actions.ts";
import { downloadDispatch } from "../../api/archives.ts";
import type { DispatchSummary } from "../../api/dispatches.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { useAttempt, useToast } from "../../components/toasts.tsx";
import { EditInputsDialog } from "./edit-inputs/edit-inputs-dialog.tsx";

/** Pause, cancel, run again. */
export function DispatchActions({ summary }: { summary: DispatchSummary }) {
  const attempt = useAttempt();
  const queries = useQueryClient();
  const [cancelling, setCancelling] = useState(false);
  const { dispatch_id: id, paused } = summary;
  // The original's cannot be run: they are pickles of its own.
  if (summary.language === null) return <FileActions id={id} />;
  const running = !isTerminal(summary.status);
  return (
    <div className="flex flex-wrap gap-2">
      {running && (
        <Button
          icon={paused ? Play : Pause}
          onClick={() =>
            // Here at once; other tabs are told.
            attempt(
              setPaused(id, !paused).then(() => queries.invalidateQueries({ queryKey: ["dispatch", id] })),
            )
          }
        >
          {paused ? "Resume" : "Pause"}
        </Button>
      )}
      {running && (
        <Button
          icon={Ban}
          tone="danger"
          disabled={summary.cancel_requested}
          onClick={() => setCancelling(true)}
        >
          {summary.cancel_requested ? "Cancelling" : "Cancel"}
        </Button>
      )}
      {!running && <RunAgain summary={summary} />}
      {!running && <FileActions id={id} />}
      {!running && <DeleteButton id={id} />}
      {cancelling && (
        <ConfirmDialog
          title={`Cancel ${summary.name}?`}
          confirm="Cancel it"
          onClose={() => setCancelling(false)}
          onConfirm={() => attempt(cancelDispatch(id))}
        >
          What has completed stays; what runs is ended.
        </ConfirmDialog>
      )}
    </div>
  );
}

/** Looking at it beside another one, and taking it elsewhere. */
function FileActions({ id }: { id: string }) {
  const attempt = useAttempt();
  const navigate = useNavigate();
  return (
    <div className="flex">
      <IconButton
        label="Compare with another run"
        icon={GitCompareArrows}
        onClick={() => void navigate({ to: "/dispatches/$dispatchId/compare", params: { dispatchId: id } })}
      />
      <IconButton
        label="Download everything as one file"
        icon={Download}
        onClick={() => attempt(downloadDispatch(id))}
      />
    </div>
  );
}

function RunAgain({ summary: { dispatch_id: id, language } }: { summary: DispatchSummary }) {
  const [editing, setEditing] = useState(false);
  const attempt = useAttempt();
  const navigate = useNavigate();
  const again = (reuse: boolean) =>
    attempt(
      redispatch(id, { reuse }).then((dispatchId) =>
        navigate({ to: "/dispatches/$dispatchId", params: { dispatchId } }),
      ),
    );
  return (
    <>
      <Menu trigger={<Button icon={RotateCcw}>Run again</Button>}>
        <MenuItem onSelect={() => again(true)}>Keep what has completed</MenuItem>
        <MenuItem onSelect={() => again(false)}>From the start</MenuItem>
        {language === "typescript" && (
          <MenuItem onSelect={() => setEditing(true)}>With other inputs …</MenuItem>
        )}
      </Menu>
      {editing && <EditInputsDialog dispatchId={id} onClose={() => setEditing(false)} />}
    </>
  );
}

/** Leads to the list, where it can be taken back. */
function DeleteButton({ id }: { id: string }) {
  const attempt = useAttempt();
  const toast = useToast();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const set = (deleted: boolean) =>
    setDeleted(id, deleted).then(() => queries.invalidateQueries({ queryKey: ["dispatches"] }));
  const remove = async () => {
    await set(true);
    toast({ text: "1 dispatch deleted.", action: { label: "Undo", run: () => attempt(set(false)) } });
    await navigate({ to: "/" });
  };
  return <IconButton label="Delete" icon={Trash2} onClick={() => attempt(remove())} />;
}
