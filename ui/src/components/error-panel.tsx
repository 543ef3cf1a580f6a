import { CircleAlert } from "lucide-react";
import { ServerError } from "../api/client.ts";

/** What could not be shown, and what to do about it. */
export function ErrorPanel({ error }: { error: Error }) {
  const hint = error instanceof ServerError ? error.hint : undefined;
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-failed/30 bg-failed/5 p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-failed" />
      <div>
        <p className="font-medium">{error.message}</p>
        {hint && <p className="mt-1 text-soft">{hint}</p>}
      </div>
    </div>
  );
}
