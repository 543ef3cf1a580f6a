import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ban, RotateCcw, Workflow } from "lucide-react";
import { isTerminal } from "../../../../../src/model/status.ts";
import { cancelDispatch, redispatch } from "../../../api/actions.ts";
import { dispatchQuery } from "../../../api/dispatches.ts";
import { Button } from "../../../components/button.tsx";
import { useAttempt, useToast } from "../../../components/toasts.tsx";

interface NodeActionsProps {
  readonly dispatchId: string;
  readonly nodeId: number;
  readonly status: string;
  readonly subDispatch: string | undefined;
  /** It runs code of its own; others are put together of what those gave. */
  readonly isTask: boolean;
}

/** What can be done with one node. */
export function NodeActions({ dispatchId, nodeId, status, subDispatch, isTask }: NodeActionsProps) {
  const attempt = useAttempt();
  const { data: summary } = useQuery(dispatchQuery(dispatchId));
  // The original's cannot be run: they are pickles of its own.
  const canRetry = isTask && summary !== undefined && summary.language !== null && isTerminal(summary.status);
  if (isTerminal(status) && subDispatch === undefined && !canRetry) return null;
  return (
    <div className="flex flex-wrap gap-2 border-b px-4 py-2">
      {subDispatch && (
        <Link
          to="/dispatches/$dispatchId"
          params={{ dispatchId: subDispatch }}
          className="inline-flex h-8 items-center gap-1.5 rounded-md border bg-raised px-3 text-[13px] font-medium hover:bg-hover"
        >
          <Workflow aria-hidden className="size-4" />
          Open its graph
        </Link>
      )}
      {canRetry && <RetryFromHere dispatchId={dispatchId} nodeId={nodeId} />}
      {!isTerminal(status) && (
        <Button icon={Ban} tone="danger" onClick={() => attempt(cancelDispatch(dispatchId, [nodeId]))}>
          Cancel this node
        </Button>
      )}
    </div>
  );
}

/** Starts a dispatch of its own; the one that is looked at stays as it is. */
function RetryFromHere({ dispatchId, nodeId }: { dispatchId: string; nodeId: number }) {
  const attempt = useAttempt();
  const toast = useToast();
  const navigate = useNavigate();
  const retry = async () => {
    const id = await redispatch(dispatchId, { reuse: true, fromNode: nodeId });
    toast({ text: `Runs again from node ${nodeId} on; what does not build on it is kept.` });
    await navigate({
      to: "/dispatches/$dispatchId",
      params: { dispatchId: id },
      search: (before) => ({ ...before, node: nodeId }),
    });
  };
  return (
    <Button icon={RotateCcw} onClick={() => attempt(retry())}>
      Retry from here
    </Button>
  );
}
