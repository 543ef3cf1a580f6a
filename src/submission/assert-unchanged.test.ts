import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { userProject } from "../../test/support/user-project.ts";

const SDK = JSON.stringify(fileURLToPath(new URL("../index.ts", import.meta.url)));

const FLOW = `
import { electron, lattice } from ${SDK};
const step = electron(() => 1);
export const flow = lattice(() => step());
`;

const MAIN = `
import { appendFileSync, utimesSync } from "node:fs";
import { dispatch } from ${SDK};
import { flow } from "./src/flow.js";
const attempt = () => dispatch(flow, { url: "http://127.0.0.1:1" })().catch((error) => error.message);
const touched = new Date();
utimesSync("src/flow.js", touched, touched);
const first = await attempt();
appendFileSync("src/flow.js", "// edited");
console.log(JSON.stringify([first, await attempt()]));
`;

test("a file that was edited since the program imported it is not dispatched, one that was only touched is", async () => {
  await using project = await userProject({ "src/flow.js": FLOW, "main.js": MAIN });
  const { stdout } = await promisify(execFile)(process.execPath, ["main.js"], { cwd: project.root });
  expect(JSON.parse(stdout)).toEqual([
    "the Covalent server cannot be reached at http://127.0.0.1:1",
    "src/flow.js has changed since this program imported it",
  ]);
});
