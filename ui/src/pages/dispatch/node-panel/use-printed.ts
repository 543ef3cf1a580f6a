import { useEffect, useRef, useState } from "react";
import type { Attempt } from "../../../api/dispatches.ts";
import { GrowingText, type ShownText } from "../../../api/growing-text.ts";
import type { NodePlace } from "../../../api/nodes.ts";
import { useLive } from "../../../hooks/live.ts";

export type Stream = "stdout" | "stderr";

/** How much an attempt has printed, in bytes: told while it runs. */
export function usePrintedSizes({ dispatchId, nodeId }: NodePlace, attempt: Attempt): Record<Stream, number> {
  const live = useLive();
  const [now, setNow] = useState({ stdout: 0, stderr: 0 });
  const { number, status } = attempt;
  const isRunning = status === null;
  useEffect(() => {
    if (!isRunning) return undefined;
    return live.follow(`printed=${dispatchId}:${nodeId}`, (grown) => {
      if (grown.growing !== "log=true" && grown.attempt === number) setNow(grown);
    });
  }, [live, dispatchId, nodeId, number, isRunning]);
  return isRunning ? now : { stdout: attempt.stdout?.size ?? 0, stderr: attempt.stderr?.size ?? 0 };
}

const NOTHING: ShownText = { text: "", skipped: 0 };

/** What an attempt has printed, from its end as far back as is shown, and what hinders it from being shown. */
export function usePrinted(address: string, size: number): ShownText & { readonly error: Error | undefined } {
  const [shown, setShown] = useState(NOTHING);
  const [error, setError] = useState<Error>();
  const growing = useRef<GrowingText>(undefined);
  useEffect(() => {
    setShown(NOTHING);
    const text = new GrowingText(address, setShown);
    growing.current = text;
    return () => text.close();
  }, [address]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another text, which has to grow as well
  useEffect(() => {
    growing.current?.growTo(size).then(() => setError(undefined), setError);
  }, [address, size]);
  return { ...shown, error };
}

export function printedAddress({ dispatchId, nodeId }: NodePlace, attempt: number, stream: Stream): string {
  return `/api/v2/dispatches/${dispatchId}/nodes/${nodeId}/attempts/${attempt}/${stream}`;
}
