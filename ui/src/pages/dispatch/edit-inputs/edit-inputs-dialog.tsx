import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Dialog } from "radix-ui";
import { type SubmitEvent, useState } from "react";
import { editableInputsQuery, runEdited } from "../../../api/edited-inputs.ts";
import { Button } from "../../../components/button.tsx";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { InputField } from "./input-field.tsx";
import { changedInputs, jsonProblem } from "./input-texts.ts";

interface EditInputsDialogProps {
  readonly dispatchId: string;
  readonly onClose: () => void;
}

/** Runs a dispatch again with other arguments. The earlier one stays as it is. */
export function EditInputsDialog({ dispatchId, onClose }: EditInputsDialogProps) {
  const { data: inputs, error } = useQuery(editableInputsQuery(dispatchId));
  const [texts, setTexts] = useState<ReadonlyMap<number, string>>(new Map());
  const [reuse, setReuse] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const isWrong = [...texts.values()].some((text) => jsonProblem(text) !== undefined);
  const run = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const id = await runEdited(dispatchId, changedInputs(inputs ?? [], texts), reuse);
      onClose();
      await navigate({ to: "/dispatches/$dispatchId", params: { dispatchId: id }, search: {} });
    } catch (thrown) {
      setFailure(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void run();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[40rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border bg-raised shadow-float">
          <div className="px-5 pt-5 pb-3">
            <Dialog.Title className="text-base font-semibold">Run again with other inputs</Dialog.Title>
            <Dialog.Description className="mt-1 text-soft">
              A new dispatch of the code that was stored with this one, which stays as it is.
            </Dialog.Description>
          </div>
          <form onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
            <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-5 py-1">
              {error && <ErrorPanel error={error} />}
              {!error && inputs === undefined && <p className="text-soft">Reading the inputs …</p>}
              {inputs?.length === 0 && <p className="text-soft">The lattice was given no arguments.</p>}
              {inputs?.map((input, index) => (
                <InputField
                  key={input.name}
                  input={input}
                  text={texts.get(index) ?? input.json ?? ""}
                  onChange={(text) => setTexts((before) => new Map(before).set(index, text))}
                />
              ))}
              {failure && <ErrorPanel error={failure} />}
            </div>
            <div className="flex flex-wrap items-center justify-end gap-2 px-5 pt-3 pb-5">
              <label className="mr-auto flex items-center gap-2">
                <input
                  type="checkbox"
                  checked={reuse}
                  onChange={(event) => setReuse(event.target.checked)}
                  className="size-4 accent-accent"
                />
                Keep results that would be the same
              </label>
              <Button onClick={onClose}>Back</Button>
              <Button type="submit" tone="primary" disabled={busy || isWrong || inputs === undefined}>
                {busy ? "Starting" : "Run"}
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
