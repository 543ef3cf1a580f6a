import { chooseTheme, type Theme, useTheme } from "../../app/theme.ts";

/** How the UI looks in this browser. */
export function Appearance() {
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
