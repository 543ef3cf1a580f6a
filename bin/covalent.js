#!/usr/bin/env node
// The `covalent` command. Plain JavaScript that old Nodes can parse too, so that they answer with a sentence and not a stack
// trace: no top-level await, no static import.

const found = process.versions.node;

if (Number.parseInt(found, 10) < 24) {
  process.stderr.write(
    `covalent needs Node.js 24 or newer and this is ${found}: install it from https://nodejs.org, or run \`npm install node@24\` in your project and start covalent from an npm script.\n`,
  );
  process.exitCode = 2;
} else {
  import("node:module").then((module) => {
    module.enableCompileCache();
    return import("../dist/cli/main.js");
  });
}
