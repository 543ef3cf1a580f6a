import { Download } from "lucide-react";
import { Tabs } from "radix-ui";
import { useState } from "react";
import { fetchBytes } from "../../../api/client.ts";
import type { Attempt } from "../../../api/dispatches.ts";
import type { NodePlace } from "../../../api/nodes.ts";
import { IconButton } from "../../../components/button.tsx";
import { bytesText } from "../../../components/bytes-text.ts";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { FollowedText } from "../../../components/followed-text.tsx";
import { Section } from "../../../components/section.tsx";
import { useAttempt } from "../../../components/toasts.tsx";
import { saveBlob } from "../../../graph/export/save.ts";
import { printedAddress, type Stream, usePrinted, usePrintedSizes } from "./use-printed.ts";

const STREAMS: readonly Stream[] = ["stdout", "stderr"];

/** What an attempt prints, while it runs as well; found in by text. The last attempt's at first. */
export function PrintedSection({ place, attempts }: { place: NodePlace; attempts: readonly Attempt[] }) {
  const [chosen, setChosen] = useState<number>();
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts.at(-1);
  if (attempt === undefined) return null;
  const select = attempts.length > 1 && (
    <select
      aria-label="Attempt"
      value={attempt.number}
      onChange={(event) => setChosen(Number(event.target.value))}
      className="h-6 rounded border bg-canvas px-1 text-xs"
    >
      {attempts.map(({ number }) => (
        <option key={number} value={number}>
          Attempt {number}
        </option>
      ))}
    </select>
  );
  return <AttemptOutput key={attempt.number} place={place} attempt={attempt} action={select} />;
}

interface AttemptOutputProps {
  readonly place: NodePlace;
  readonly attempt: Attempt;
  readonly action: React.ReactNode;
}

function AttemptOutput({ place, attempt, action }: AttemptOutputProps) {
  const sizes = usePrintedSizes(place, attempt);
  const [wanted, setWanted] = useState("");
  const [opened, setOpened] = useState<Stream>();
  const isRunning = attempt.status === null;
  const streams = STREAMS.filter((name) => sizes[name] > 0);
  const shown = opened ?? streams[0];
  if (shown === undefined) {
    if (!isRunning && !action) return null;
    return (
      <Section title="Printed" action={action}>
        <p className="flex items-center gap-2 text-soft">
          {isRunning ? <LiveMark /> : null}
          {isRunning ? "Nothing has been printed yet." : "It printed nothing."}
        </p>
      </Section>
    );
  }
  return (
    <Section title="Printed" action={action}>
      <Tabs.Root value={shown} onValueChange={(name) => setOpened(name as Stream)}>
        <div className="mb-2 flex items-center gap-2">
          <Tabs.List aria-label="Streams" className="flex gap-1">
            {streams.map((name) => (
              <Tabs.Trigger
                key={name}
                value={name}
                className="rounded px-2 py-1 font-mono text-xs text-soft data-[state=active]:bg-hover data-[state=active]:text-ink"
              >
                {name}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {isRunning && <LiveMark />}
          <input
            type="search"
            aria-label="Search in what was printed"
            placeholder="Find"
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            className="ml-auto h-7 w-28 rounded-md border bg-canvas px-2 text-xs placeholder:text-faint"
          />
        </div>
        {streams.map((name) => (
          <Tabs.Content key={name} value={name}>
            <StreamText
              name={name}
              address={printedAddress(place, attempt.number, name)}
              size={sizes[name]}
              wanted={wanted}
            />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Section>
  );
}

function LiveMark() {
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-running">
      <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-running" />
      live
    </span>
  );
}

interface StreamTextProps {
  readonly name: Stream;
  readonly address: string;
  readonly size: number;
  readonly wanted: string;
}

function StreamText({ name, address, size, wanted }: StreamTextProps) {
  const { text, skipped, error } = usePrinted(address, size);
  const attempt = useAttempt();
  const download = async () => saveBlob(await (await fetchBytes(address)).blob(), `${name}.txt`);
  return (
    <>
      {error && <ErrorPanel error={error} />}
      <FollowedText text={text} wanted={wanted} label={name} />
      <p className="mt-1 flex items-center gap-2 text-xs text-soft">
        {bytesText(size)}
        {skipped > 0 && `, of which the last ${bytesText(size - skipped)} are shown`}
        <IconButton
          label={`Download ${name}`}
          icon={Download}
          className="size-6!"
          onClick={() => attempt(download())}
        />
      </p>
    </>
  );
}
