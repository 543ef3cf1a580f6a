import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { importDispatch } from "../../api/archives.ts";
import { Button } from "../../components/button.tsx";
import { useAttempt, useToast } from "../../components/toasts.tsx";

/** Reads the file of an exported dispatch, and leads to it. */
export function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const toast = useToast();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const take = async (file: File) => {
    setBusy(true);
    try {
      const { dispatch_id: dispatchId, name, imported } = await importDispatch(file);
      toast({ text: imported ? `${name} is imported.` : `${name} was here already, and is left as it is.` });
      await queries.invalidateQueries({ queryKey: ["dispatches"] });
      await navigate({ to: "/dispatches/$dispatchId", params: { dispatchId } });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon={Upload} disabled={busy} onClick={() => input.current?.click()}>
        <span className="max-sm:sr-only">{busy ? "Importing" : "Import"}</span>
      </Button>
      <input
        ref={input}
        type="file"
        accept=".gz,.tgz,application/gzip"
        aria-label="File of an exported dispatch"
        className="hidden"
        onChange={({ target }) => {
          const file = target.files?.[0];
          // The same file may be chosen again.
          target.value = "";
          if (file) attempt(take(file));
        }}
      />
    </>
  );
}
