import { Fragment, useLayoutEffect, useMemo, useRef } from "react";

interface FollowedTextProps {
  readonly text: string;
  /** Only lines that have this are shown; all when it is empty. */
  readonly wanted: string;
  readonly label: string;
}

/** Pixels from the end at which a reader still counts as being there. */
const NEAR_END = 24;

/** Text that grows, in a box that scrolls along while its end is in view. */
export function FollowedText({ text, wanted, label }: FollowedTextProps) {
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const lines = useMemo(() => linesWith(text.replace(TERMINAL_CODES, ""), wanted), [text, wanted]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown has changed, and its height with it
  useLayoutEffect(() => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <section
      ref={box}
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - NEAR_END;
      }}
      className="max-h-80 overflow-auto rounded-md border bg-canvas p-2.5 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap"
    >
      {wanted === "" ? lines.join("\n") : <Marked lines={lines} wanted={wanted} />}
    </section>
  );
}

/** Colours and movements of the cursor, which are for terminals. */
const TERMINAL_CODES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

function linesWith(text: string, wanted: string): readonly string[] {
  const lines = text.split("\n");
  if (wanted === "") return lines;
  return lines.filter((line) => line.toLowerCase().includes(wanted.toLowerCase()));
}

/** So many lines are marked; a search that finds more is narrowed down first. */
const MOST_MARKED = 1_000;

function Marked({ lines, wanted }: { lines: readonly string[]; wanted: string }) {
  if (lines.length === 0) return "No line has that.";
  return lines.slice(-MOST_MARKED).map((line, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else that tells them apart
    <Fragment key={at}>
      {partsOf(line, wanted).map(({ start, text, isFound }) =>
        isFound ? (
          <mark key={start} className="rounded-xs bg-cancelled/30 text-ink">
            {text}
          </mark>
        ) : (
          text
        ),
      )}
      {"\n"}
    </Fragment>
  ));
}

interface Part {
  readonly start: number;
  readonly text: string;
  readonly isFound: boolean;
}

function partsOf(line: string, wanted: string): readonly Part[] {
  const parts: Part[] = [];
  const [inLower, lower] = [line.toLowerCase(), wanted.toLowerCase()];
  let start = 0;
  for (let at = inLower.indexOf(lower); at >= 0; at = inLower.indexOf(lower, start)) {
    parts.push({ start, text: line.slice(start, at), isFound: false });
    parts.push({ start: at, text: line.slice(at, at + wanted.length), isFound: true });
    start = at + wanted.length;
  }
  return [...parts, { start, text: line.slice(start), isFound: false }];
}
