import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/covalent.js", import.meta.url));

/** Says how to look around in a home that was kept, and how to end it. */
export async function sayHowToStop(home: string): Promise<void> {
  const command = await writeCommand(home);
  console.log(`\nTo look around in ${home}, for example:\n  ${command} list`);
  console.log(`To stop its server and to remove its data:\n  ${command} stop && rm -r ${inShell(home)}`);
}

/**
 * The command for this home alone. It begins with an empty environment: whatever XDG_* or COVALENT_* the shell has that it is
 * typed into, it finds this home's server and no other; so an `rm` behind its `stop` removes nothing under a live server.
 */
async function writeCommand(home: string): Promise<string> {
  const command = join(home, "covalent");
  const node = [process.execPath, BIN].map(inShell).join(" ");
  const kept = 'PATH="$PATH" TERM="$TERM" LANG="$LANG"';
  const script = `#!/bin/sh\nexec env -i ${kept} HOME=${inShell(home)} ${node} "$@"\n`;
  await writeFile(command, script, { mode: 0o755 });
  return inShell(command);
}

function inShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
