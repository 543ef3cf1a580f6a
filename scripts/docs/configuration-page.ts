import { environmentNames } from "../../src/config/config.ts";
import type { Locations } from "../../src/config/locations.ts";
import { type NamedSetting, SETTINGS } from "../../src/config/schema.ts";

const INTRODUCTION = `# Configuration

A value comes from the first of these that has it:

1. a flag of the command, e.g. \`covalent start --port 5000\`;
2. an environment variable (an empty one counts as unset);
3. the file \`covalent.conf\` (TOML), in \`~/.config/covalent\`;
4. the default.

\`covalent config\` prints every value and where it came from, \`covalent config get KEY\` prints one, and
\`covalent config set KEY VALUE\` writes one to the file. A value of the wrong type is refused with the file's line, the variable or
the flag that holds it.

The file has the sections and keys of the original Covalent, whose Python SDK reads and writes the same file. Keys that are not
listed here are kept. \`covalent config set\` replaces the file as a whole, so that nobody ever reads half of it, and takes the
lock that the Python SDK takes.

## Where files are

\`XDG_CONFIG_HOME\`, \`XDG_CACHE_HOME\` and \`XDG_DATA_HOME\` move the three directories below from \`~/.config\`, \`~/.cache\` and
\`~/.local/share\`. \`COVALENT_CONFIG_DIR\` names the directory of \`covalent.conf\` itself, \`COVALENT_CONFIG_FILE\` the file. A relative path in the file starts at the
file's directory; elsewhere at the current one. \`~\` is the home directory.

## Keys

A key named \`section.key\` is \`key\` in the section \`[section]\` of the file. "The original's; kept" means that the Python SDK uses
the key and this server does not.
`;

const AT: Locations = {
  home: "~",
  cwd: ".",
  config: "~/.config/covalent",
  cache: "~/.cache/covalent",
  data: "~/.local/share/covalent",
};

/** docs/configuration.md: every key with its default, its variables and what it is for. */
export function configurationPage(): string {
  const bySection = Map.groupBy(SETTINGS, ({ key }) => key.slice(0, key.lastIndexOf(".")));
  return INTRODUCTION + [...bySection].map(([section, settings]) => table(section, settings)).join("");
}

function table(section: string, settings: readonly NamedSetting[]): string {
  const rows = settings.map((setting) => {
    const cells = [`\`${setting.key}\``, initialOf(setting), variablesOf(setting), setting.about];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  });
  return `\n### ${section}\n\n| key | default | environment | |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

function initialOf({ initial }: NamedSetting): string {
  if (typeof initial === "object") return "";
  if (typeof initial !== "function") return initial === "" ? "" : `\`${String(initial)}\``;
  const value: unknown = initial(AT);
  // The only numbers that are computed count the machine's cores.
  if (typeof value === "number") return "one per core";
  return `\`${Array.isArray(value) ? value.join(":") : String(value)}\``;
}

function variablesOf(setting: NamedSetting): string {
  const names = environmentNames(setting).map((entry) => (typeof entry === "string" ? entry : entry.name));
  return names.map((name) => `\`${name}\``).join(", ");
}
