import { Link } from "@tanstack/react-router";
import { ErrorPanel } from "../components/error-panel.tsx";

export function NotFound() {
  return (
    <div className="p-6">
      <h1 className="text-lg font-semibold">There is no such page</h1>
      <Link to="/" className="mt-2 inline-block text-accent underline">
        To the dispatches
      </Link>
    </div>
  );
}

/** What is shown in place of a page that failed. */
export function LoadFailed({ error }: { error: unknown }) {
  return (
    <div className="p-6">
      <ErrorPanel error={error instanceof Error ? error : new Error(String(error))} />
    </div>
  );
}
