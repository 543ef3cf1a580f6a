/** The examples that help shows: a person should find what they want to do among them. */
export const EXAMPLES = {
  covalent: [
    ["covalent start", "start the server in the background"],
    ["covalent run workflow.ts --args '[\"data.csv\"]'", "run a workflow and watch it"],
    ["covalent dispatch workflow.ts#nightly", "start the lattice `nightly` and return at once"],
    ["covalent list --status FAILED", "what went wrong lately"],
    ["covalent show 3f2a", "one dispatch with its nodes, by the beginning of its id"],
    ["covalent result 3f2a --wait --json | jq .result", "use a result in a script"],
    ["covalent config set dispatcher.port 48010", "change a setting for good"],
  ],
  start: [
    ["covalent start", "on the configured port, or the next free one"],
    ["covalent start --port 0 --workers 2", "on any free port, two tasks at a time"],
    ["covalent start --migrate", "upgrade the database first, if it needs that"],
    ["COVALENT_TOKEN=... covalent start --host 0.0.0.0", "reachable from other machines"],
  ],
  logs: [
    ["covalent logs -f", "what the server does, as it does it"],
    ["covalent logs 3f2a fit -f", "what the node `fit` of a dispatch prints, as it prints it"],
    ["covalent logs --json | jq 'select(.level >= 40)'", "warnings and errors"],
  ],
  config: [
    ["covalent config", "every value, and where it comes from"],
    ["covalent config get dispatcher.port", "one value"],
    ["covalent config set executors.local.workers 4", "set it in the file"],
  ],
  run: [
    ["covalent run workflow.ts", "the only lattice of the file, without arguments"],
    ["covalent run workflow.ts#fit --args '[[1, 2, 3], 4]'", "the lattice `fit`, with two arguments"],
    ["covalent run workflow.ts --json > result.json", "one JSON document for scripts"],
  ],
  preview: [
    ["covalent preview workflow.ts --args '[3]'", "the graph that these arguments give"],
    ["covalent preview workflow.ts --json | jq .nodes", "its nodes, and where they would run"],
  ],
  list: [
    ["covalent list", "the last dispatches, newest first"],
    ["covalent list --status RUNNING --search climate", "those that run and have `climate` in their name"],
  ],
  db: [
    ["covalent db status", "where the database is, and what is pending"],
    ["covalent db migrate", "upgrade it; it is rehearsed and backed up first"],
    ["covalent db doctor", "what is wrong with it, and what would help"],
    ["covalent db restore latest", "go back to the newest backup"],
  ],
  dbMigrate: [
    ["covalent db migrate", "to the newest revision"],
    ["covalent db migrate --plan", "what would be done, and nothing else"],
    ["covalent db migrate --to 7e9fb153ecfb", "to the last revision of the original"],
  ],
  cancel: [
    ["covalent cancel 3f2a", "the whole dispatch"],
    ["covalent cancel 3f2a --nodes 3,4 --wait", "two of its nodes, and wait until they have ended"],
  ],
  triggers: [
    ["covalent triggers ls", "what is observed, how often it has fired, and when it will next"],
    ["covalent triggers fire 3f2a", "start what that trigger starts, now"],
    ["covalent triggers pause 3f2a", "observe that trigger no more until `covalent triggers resume 3f2a`"],
    ["covalent triggers stop 3f2a", "end that trigger, or all those of that dispatch"],
  ],
  cache: [
    ["covalent cache ls --name fit", "what is cached of the electron `fit`"],
    ["covalent cache explain 3f2a 12", "why node 12 was taken from the cache, or run"],
    ["covalent cache clear --name fit", "forget it"],
  ],
  redispatch: [
    ["covalent redispatch 3f2a --resume", "run what is missing of one that failed"],
    ["covalent redispatch 3f2a --from 12", "run node 12 again, and what builds on it"],
    ["covalent redispatch 3f2a --args '[\"other.csv\"]'", "the same with other data"],
    ["covalent redispatch 3f2a --reuse --replace fit=src/fit.ts#better", "with another electron"],
  ],
  export: [
    ["covalent export 3f2a", "all of a dispatch, into covalent-3f2a....tar.gz"],
    ["covalent export 3f2a --output /backup/fit.tar.gz", "into a file of that name"],
    ["tar tzf covalent-3f2a0c1d.tar.gz", "what is in it: any tar reads it"],
  ],
  import: [["covalent import covalent-3f2a0c1d.tar.gz", "look at it here, with its id; nothing runs"]],
  purge: [
    ["covalent purge", "all that were deleted in the web UI"],
    ["covalent purge 3f2a 9c1d --yes", "these two, without asking"],
  ],
  result: [["covalent result 3f2a --wait", "wait until it is done, then print it"]],
} as const satisfies Record<string, readonly (readonly [command: string, what: string])[]>;

/** Examples as the last part of a help text. */
export function examples(list: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...list.map(([command]) => command.length));
  return `\nExamples:\n${list.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`).join("\n")}\n`;
}
