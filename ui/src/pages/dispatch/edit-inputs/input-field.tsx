import { useId } from "react";
import { Verbatim } from "../../../components/section.tsx";
import { type EditableInput, jsonProblem } from "./input-texts.ts";

interface InputFieldProps {
  readonly input: EditableInput;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

const MOST_ROWS = 14;

/** An argument as JSON; what JSON cannot say is shown, and kept. */
export function InputField({ input, text, onChange }: InputFieldProps) {
  const id = useId();
  if (input.json === null) {
    return (
      <div>
        <p className="mb-1 font-mono text-xs font-medium">{input.name}</p>
        <Verbatim text={input.text} label={input.name} className="max-h-40!" />
        <p className="mt-1 text-xs text-soft">JSON cannot say this value: it is kept as it is.</p>
      </div>
    );
  }
  const problem = jsonProblem(text);
  const isChanged = text !== input.json;
  return (
    <div>
      <label htmlFor={id} className="mb-1 flex items-center gap-2 font-mono text-xs font-medium">
        {input.name}
        {isChanged && <span className="rounded bg-accent-soft px-1.5 font-sans text-accent">changed</span>}
      </label>
      <textarea
        id={id}
        value={text}
        spellCheck={false}
        rows={Math.min(MOST_ROWS, text.split("\n").length)}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        onChange={(event) => onChange(event.target.value)}
        className="w-full resize-y rounded-md border bg-canvas p-2 font-mono text-xs leading-relaxed aria-invalid:border-failed"
      />
      {problem && (
        <p id={`${id}-problem`} className="text-xs text-failed">
          {problem}
        </p>
      )}
    </div>
  );
}
