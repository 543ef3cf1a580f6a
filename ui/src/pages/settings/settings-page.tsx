import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeSetting } from "../../api/actions.ts";
import { answerOf, api } from "../../api/client.ts";
import { chooseTheme, type Theme, useTheme } from "../../app/theme.ts";
import { Button } from "../../components/button.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useAttempt, useToast } from "../../components/toasts.tsx";
import { DeletedDispatches } from "./deleted-dispatches.tsx";
import { type Setting, settingsIn } from "./flat-settings.ts";

const KEY = ["settings"] as const;

/** Every setting; those of clients can be changed here, those of the server with `covalent config set`. */
export function SettingsPage() {
  const { data, error } = useQuery({ queryKey: KEY, queryFn: () => answerOf(api.GET("/api/v1/settings")) });
  const [text, setText] = useState("");
  const wanted = ({ key }: Setting) => key.toLowerCase().includes(text.toLowerCase());
  const groups = [
    {
      title: "Clients and executors",
      note: "In force from the next start on.",
      settings: settingsIn(data?.client),
      editable: true,
    },
    {
      title: "Server",
      note: "Changed with `covalent config set` on the server's machine.",
      settings: settingsIn(data?.server),
      editable: false,
    },
  ];
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <PageHeader title="Settings">
        <SearchField label="Search settings" placeholder="Find a setting" value={text} onChange={setText} />
      </PageHeader>
      <div className="flex flex-col gap-4 px-4 pb-6 md:px-6">
        {error && <ErrorPanel error={error} />}
        <Appearance />
        <DeletedDispatches />
        {groups.map(({ title, note, settings, editable }) => (
          <section key={title} aria-label={title} className="rounded-lg border bg-panel p-4 shadow-panel">
            <h2 className="font-semibold">{title}</h2>
            <p className="mb-2 text-soft">{note}</p>
            <ul>
              {settings.filter(wanted).map((setting) => (
                <SettingRow key={`${setting.key} ${setting.text}`} setting={setting} editable={editable} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function Appearance() {
  const theme = useTheme();
  return (
    <section
      aria-label="Appearance"
      className="flex items-center gap-4 rounded-lg border bg-panel p-4 shadow-panel"
    >
      <h2 className="font-semibold">Appearance</h2>
      <select
        aria-label="Theme"
        value={theme}
        onChange={(event) => chooseTheme(event.target.value as Theme)}
        className="h-8 rounded-md border bg-canvas px-2"
      >
        <option value="system">As the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </section>
  );
}

/** What is wrong with a value, the server says. */
function SettingRow({ setting, editable }: { setting: Setting; editable: boolean }) {
  const [text, setText] = useState(setting.text);
  const attempt = useAttempt();
  const toast = useToast();
  const queries = useQueryClient();
  const save = async () => {
    await changeSetting(setting.section, { [setting.name]: text });
    toast({ text: `${setting.key} is ${text} from the next start on.` });
    await queries.invalidateQueries({ queryKey: KEY });
  };
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 border-t py-1 first:border-t-0">
      <code className="w-72 max-w-full font-mono text-xs">{setting.key}</code>
      {editable ? (
        <form
          className="flex flex-1 gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            attempt(save());
          }}
        >
          <input
            aria-label={setting.key}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-8 w-full max-w-md rounded-md border bg-canvas px-2 font-mono text-xs"
          />
          {text !== setting.text && (
            <Button type="submit" tone="primary">
              Save
            </Button>
          )}
        </form>
      ) : (
        <span className="flex-1 font-mono text-xs break-all text-soft">{setting.text || "–"}</span>
      )}
    </li>
  );
}
