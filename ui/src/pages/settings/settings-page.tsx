import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { Appearance } from "./appearance.tsx";
import { DeletedDispatches } from "./deleted-dispatches.tsx";
import { SETTINGS_KEY, type Setting, SettingRow } from "./setting-row.tsx";

/** Every setting with where it comes from; what is not the server's own door is changed here. */
export function SettingsPage() {
  const { data, error } = useQuery({
    queryKey: SETTINGS_KEY,
    queryFn: async () => (await answerOf(api.GET("/api/v2/settings"))).settings,
  });
  const [text, setText] = useState("");
  const [changedOnly, setChangedOnly] = useState(false);
  const wanted = ({ key, about, origin, next }: Setting): boolean =>
    `${key} ${about}`.toLowerCase().includes(text.toLowerCase()) &&
    (!changedOnly || origin.from !== "default" || next !== null);
  const shown = (data ?? []).filter(wanted);
  const sections = [...new Set(shown.map(sectionOf))];
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <PageHeader title="Settings">
        <SearchField label="Search settings" placeholder="Find a setting" value={text} onChange={setText} />
        <label className="flex items-center gap-2 text-soft">
          <input
            type="checkbox"
            checked={changedOnly}
            onChange={(event) => setChangedOnly(event.target.checked)}
          />
          Only what is not the default
        </label>
      </PageHeader>
      <div className="flex flex-col gap-4 px-4 pb-6 md:px-6">
        {error && <ErrorPanel error={error} />}
        <Appearance />
        <DeletedDispatches />
        {data && shown.length === 0 && <p className="text-soft">No setting is like that.</p>}
        {sections.map((section) => (
          <section key={section} aria-label={section} className="rounded-lg border bg-panel p-4 shadow-panel">
            <h2 className="mb-1 font-mono font-semibold">{section}</h2>
            <ul>
              {shown
                .filter((setting) => sectionOf(setting) === section)
                .map((setting) => (
                  <SettingRow key={`${setting.key} ${setting.next ?? setting.value}`} setting={setting} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function sectionOf({ key }: Setting): string {
  return key.split(".")[0] ?? key;
}
