#!/usr/bin/env node
// The `covalent` command. Plain JavaScript that old Nodes can parse too, so that they answer with a sentence and not a stack
// trace: no top-level await, no static import.

const found = process.versions.node;
const program = new URL("../dist/cli/main.js", import.meta.url);

if (Number.parseInt(found, 10) < 24) {
  refuse(
    `covalent needs Node.js 24 or newer and this is ${found}: install it from https://nodejs.org, or run \`npm install node@24\` in your project and start covalent from an npm script.`,
  );
} else {
  Promise.all([import("node:module"), import("node:fs")]).then(([module, { existsSync }]) => {
    // The package always has it; a clone has it once it is built.
    if (!existsSync(program)) {
      refuse(
        "error: this clone of covalent-ts has not been built yet.\nhint: `npm run build` builds it; `npm run covalent -- start` builds what is missing and runs the command.",
      );
      return undefined;
    }
    module.enableCompileCache();
    return import(program.href);
  });
}

/** @param {string} reason */
function refuse(reason) {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 2;
}
