import { Code } from "lucide-react";
import type { NodePlace } from "../../../api/nodes.ts";
import { IconButton } from "../../../components/button.tsx";
import { Menu, MenuItem } from "../../../components/menu.tsx";
import { useAttempt, useToast } from "../../../components/toasts.tsx";

/** Programs that read a node's result. */
const PROGRAMS: Readonly<Record<string, (place: NodePlace) => string>> = {
  TypeScript: ({ dispatchId, nodeId }) => `import { getResult } from "covalent-ts";

const { nodes } = await getResult("${dispatchId}");
const node = nodes.find(({ id }) => id === ${nodeId});
`,
  Python: ({ dispatchId, nodeId }) => `import covalent as ct

result = ct.get_result("${dispatchId}")
node = result.get_node_result(${nodeId})
`,
};

export function CopyCode({ place }: { place: NodePlace }) {
  const attempt = useAttempt();
  const toast = useToast();
  const copy = async (language: string, text: string) => {
    await navigator.clipboard.writeText(text);
    toast({ text: `${language} was copied.` });
  };
  return (
    <Menu trigger={<IconButton label="Copy as code" icon={Code} />}>
      {Object.entries(PROGRAMS).map(([language, program]) => (
        <MenuItem key={language} onSelect={() => attempt(copy(language, program(place)))}>
          {language}
        </MenuItem>
      ))}
    </Menu>
  );
}
