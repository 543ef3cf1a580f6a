import { spawn } from "node:child_process";
import { manifestLines } from "../../submission/manifest-lines.ts";
import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";
import { planDocument } from "../output/plan-document.ts";
import { planWorkflow, type SubmitOptions } from "../submit-workflow.ts";

export interface PreviewOptions extends SubmitOptions {
  readonly open: boolean;
}

/** `covalent preview FILE[#name]`: its output is the address of the page alone. */
export async function preview(
  context: CommandContext,
  target: string,
  options: PreviewOptions,
): Promise<undefined> {
  const { terminal } = context;
  const { client, url } = await connect(context);
  // Before the user's code is evaluated: without a server that would be for nothing.
  await client.health();
  const prepared = await planWorkflow(context, target, options);
  const { preview_id } = await client.preview(manifestLines(prepared));
  const address = `${url}/previews/${preview_id}`;
  terminal.data({ url: address, preview_id, ...planDocument(prepared) });
  terminal.print(address);
  if (options.open && terminal.interactive) openInBrowser(address);
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Where there is no browser to be opened, the address has been printed. */
function openInBrowser(address: string): void {
  const [program = "xdg-open", ...parameters] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(program, [...parameters, address], { stdio: "ignore", detached: true });
  opener.on("error", () => undefined);
  opener.unref();
}
