import { Dialog } from "radix-ui";
import { type SubmitEvent, useState, useSyncExternalStore } from "react";
import { giveToken, isTokenWanted, onTokenChange } from "../api/token.ts";
import { Button } from "../components/button.tsx";

/** Asks for the server's token when it wants one. */
export function TokenDialog() {
  const wanted = useSyncExternalStore(onTokenChange, isTokenWanted);
  const [text, setText] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    giveToken(text);
    setText("");
  };
  return (
    <Dialog.Root open={wanted}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content className="fixed top-1/2 left-1/2 z-50 w-96 max-w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 rounded-xl border bg-raised p-5 shadow-float">
          <Dialog.Title className="text-base font-semibold">This server wants its token</Dialog.Title>
          <Dialog.Description className="mt-1 text-soft">
            It is the setting <code className="font-mono">dispatcher.token</code> of the server. It is kept
            until this tab is closed.
          </Dialog.Description>
          <form onSubmit={submit} className="mt-4 flex gap-2">
            <input
              type="password"
              aria-label="Token"
              autoComplete="off"
              required
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="h-8 flex-1 rounded-md border bg-canvas px-2"
            />
            <Button type="submit" tone="primary">
              Go on
            </Button>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
