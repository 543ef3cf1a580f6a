import { Toast } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";

/** A short message at the edge of the window. */
export interface ToastMessage {
  readonly text: string;
  readonly tone?: "info" | "error";
  /** What can be done about it while it is shown. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

type ShowToast = (message: ToastMessage) => void;
const ToastContext = createContext<ShowToast>(() => {});

export function useToast(): ShowToast {
  return useContext(ToastContext);
}

/** Runs what may fail and says so when it does. */
export function useAttempt(): (work: Promise<unknown>) => void {
  const toast = useToast();
  return useCallback(
    (work) => {
      work.catch((error: Error) => toast({ text: error.message, tone: "error" }));
    },
    [toast],
  );
}

export function Toasts({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly (ToastMessage & { readonly id: number })[]>([]);
  const show = useCallback((message: ToastMessage) => {
    setShown((before) => [...before, { ...message, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const remove = (id: number) => setShown((before) => before.filter((message) => message.id !== id));
  return (
    <ToastContext value={useMemo(() => show, [show])}>
      <Toast.Provider duration={8_000} swipeDirection="right">
        {children}
        {shown.map((message) => (
          <ShownToast key={message.id} message={message} onClose={() => remove(message.id)} />
        ))}
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none" />
      </Toast.Provider>
    </ToastContext>
  );
}

function ShownToast({ message, onClose }: { message: ToastMessage; onClose: () => void }) {
  const { text, tone = "info", action } = message;
  return (
    <Toast.Root
      onOpenChange={(open) => open || onClose()}
      className={`flex items-center gap-3 rounded-lg border bg-raised p-3 shadow-float ${tone === "error" ? "border-failed/50" : ""}`}
    >
      <Toast.Description className={`flex-1 ${tone === "error" ? "text-failed" : ""}`}>
        {text}
      </Toast.Description>
      {action && (
        <Toast.Action
          altText={action.label}
          onClick={action.run}
          className="rounded-md px-2 py-1 font-medium text-accent hover:bg-hover"
        >
          {action.label}
        </Toast.Action>
      )}
    </Toast.Root>
  );
}
