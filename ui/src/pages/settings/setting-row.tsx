import { useQueryClient } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { type FormEvent, useState } from "react";
import { changeSetting } from "../../api/actions.ts";
import type { paths } from "../../api/schema.d.ts";
import { Button } from "../../components/button.tsx";
import { useToast } from "../../components/toasts.tsx";

export const SETTINGS_KEY = ["settings"] as const;

export type Setting =
  paths["/api/v2/settings"]["get"]["responses"][200]["content"]["application/json"]["settings"][number];

/** A setting: its value, where that comes from, and a field where it can be changed. */
export function SettingRow({ setting }: { setting: Setting }) {
  const { key, value, origin, next, about, locked } = setting;
  return (
    <li className="grid gap-x-4 gap-y-1 border-t py-2 first:border-t-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <code className="font-mono text-xs break-all">{key}</code>
          <OriginMark origin={origin} />
        </p>
        <p className="text-soft">{about}</p>
      </div>
      <div className="min-w-0">
        {locked === null ? (
          <SettingField setting={setting} />
        ) : (
          <p className="flex min-h-8 items-center gap-2" title={locked}>
            <span className="min-w-0 font-mono text-xs break-all">
              {value === null ? "•••" : value || "–"}
            </span>
            <Lock aria-hidden className="size-3.5 shrink-0 text-soft" />
            <span className="sr-only">{locked}</span>
          </p>
        )}
        {next !== null && next !== value && (
          <p className="mt-1 text-xs text-cancelled">
            Until the server is started again it is <code className="font-mono">{value || "empty"}</code>.
          </p>
        )}
      </div>
    </li>
  );
}

const ORIGINS = { file: "file", env: "environment", flag: "option" } as const;

function OriginMark({ origin: { from, name } }: { origin: Setting["origin"] }) {
  if (from === "default") return <span className="text-xs text-soft">default</span>;
  return (
    <span className="rounded-full bg-accent/10 px-2 text-xs text-accent" title={name}>
      {ORIGINS[from]}
      {from !== "file" && ` ${name}`}
    </span>
  );
}

/** What is wrong with a value, the server says beside it. */
function SettingField({ setting }: { setting: Setting }) {
  const { key, value, next, choices, wanted } = setting;
  const stored = next ?? value ?? "";
  const [text, setText] = useState(stored);
  const [problem, setProblem] = useState<string>();
  const toast = useToast();
  const queries = useQueryClient();
  const save = async (given: string) => {
    try {
      await changeSetting(key, given);
      setProblem(undefined);
      toast({ text: `${key} is ${given} from the next start on.` });
      await queries.invalidateQueries({ queryKey: SETTINGS_KEY });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(text);
  };
  if (choices !== null) {
    return (
      <>
        <select
          aria-label={key}
          value={stored}
          onChange={(event) => void save(event.target.value)}
          className="h-8 rounded-md border bg-canvas px-2 font-mono text-xs"
        >
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
        <Problem text={problem} />
      </>
    );
  }
  return (
    <>
      <form className="flex gap-2" onSubmit={submit}>
        <input
          aria-label={key}
          aria-invalid={problem !== undefined}
          title={wanted}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-8 w-full max-w-md rounded-md border bg-canvas px-2 font-mono text-xs aria-invalid:border-failed"
        />
        {text !== stored && (
          <Button type="submit" tone="primary">
            Save
          </Button>
        )}
      </form>
      <Problem text={problem} />
    </>
  );
}

function Problem({ text }: { text: string | undefined }) {
  return (
    text && (
      <p role="alert" className="mt-1 text-xs text-failed">
        {text}
      </p>
    )
  );
}
