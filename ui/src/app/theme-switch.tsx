import { Monitor, Moon, Sun } from "lucide-react";
import { IconButton } from "../components/button.tsx";
import { chooseTheme, type Theme, useTheme } from "./theme.ts";

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const NAMES = { system: "as the system", light: "light", dark: "dark" } as const;

export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <IconButton
      label={`Theme: ${NAMES[theme]}`}
      icon={ICONS[theme]}
      side="top"
      onClick={() => chooseTheme(NEXT[theme])}
    />
  );
}
