import type { Attempt } from "../../../api/dispatches.ts";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Section, Verbatim } from "../../../components/section.tsx";
import { SourceLines } from "./source-lines.tsx";

const KINDS: Readonly<Record<NonNullable<Attempt["failure"]>["kind"], string>> = {
  "user-error": "The function threw",
  timeout: "It took too long",
  lost: "Its worker was lost",
  input: "An input cannot be used",
  output: "The output cannot be stored",
  code: "The code cannot be loaded",
  executor: "The executor could not run it",
};

/** Why the last attempt failed, with the stack in terms of the user's own files. */
export function FailureSection({ failure }: { failure: NonNullable<Attempt["failure"]> }) {
  const text = failure.stack ?? `${failure.name}: ${failure.message}`;
  return (
    <Section title="Error" action={<CopyButton text={text} label="Copy the error" className="size-6!" />}>
      <p className="text-failed">
        {KINDS[failure.kind]}: <strong className="font-semibold">{failure.name}</strong>
      </p>
      <p className="mt-1 break-words">{failure.message}</p>
      {failure.source && <SourceLines source={failure.source} />}
      {failure.stack && <Verbatim text={failure.stack} label="Stack" className="mt-2" />}
    </Section>
  );
}
