import { CopyButton } from "../../components/copy-button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ImportButton } from "./import-button.tsx";

const PROGRAM = `import { electron, lattice } from "covalent-ts";

const fetchWords = electron(async () => "to be or not to be".split(" "));
const count = electron((words: string[]) => words.length);

export const words = lattice(() => count(fetchWords()));
`;
const COMMAND = "covalent run words.ts";

/** What a list that is empty teaches: the first workflow. */
export function FirstWorkflow() {
  return (
    <div className="overflow-auto">
      <PageHeader title="Dispatches">
        <div className="ml-auto">
          <ImportButton />
        </div>
      </PageHeader>
      <div className="mx-auto max-w-2xl px-4 py-6 md:py-12">
        <h2 className="text-xl font-semibold tracking-tight">Run your first workflow</h2>
        <p className="mt-2 text-soft">
          Plain functions become tasks, functions of tasks become workflows. Every run is a dispatch, and
          appears here as soon as it starts: this page needs no reload.
        </p>
        <ol className="mt-6 flex flex-col gap-6">
          <Step number={1} title="Write it down" text={PROGRAM} label="words.ts" />
          <Step number={2} title="Run it" text={COMMAND} label="terminal" />
        </ol>
      </div>
    </div>
  );
}

function Step({
  number,
  title,
  text,
  label,
}: {
  number: number;
  title: string;
  text: string;
  label: string;
}) {
  return (
    <li className="flex gap-4">
      <span
        aria-hidden
        className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent"
      >
        {number}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="leading-7 font-medium">{title}</h3>
        <div className="mt-2 overflow-hidden rounded-lg border bg-panel shadow-panel">
          <div className="flex items-center justify-between border-b px-3 py-1 text-xs text-soft">
            {label}
            <CopyButton text={text} label={`Copy ${label}`} />
          </div>
          <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-[13px] leading-relaxed">
            {text}
          </pre>
        </div>
      </div>
    </li>
  );
}
