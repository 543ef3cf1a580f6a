import { type Command, InvalidArgumentError, Option } from "commander";

/** What every command about a database takes. */
export function withTarget(command: Command): Command {
  return command
    .option("--database <file>", "this file instead of the configured one (dispatcher.db_path)", optionValue)
    .option("--json", "print one JSON document");
}

/** A forgotten value must not swallow the option after it. */
export function optionValue(word: string): string {
  if (word.startsWith("--")) throw new InvalidArgumentError("A value is missing.");
  return word;
}

/** For commands that ask before they go on. */
export function withYes(command: Command): Command {
  return withTarget(command).option(
    "-y, --yes",
    "say yes beforehand; without a terminal nobody can be asked",
  );
}

/** For commands that write what the database itself speaks against. */
export function withForce(command: Command): Command {
  return withYes(command).option("--force", "although its structure is another revision's");
}

/** For commands that change the schema. */
export function withMigrationOptions(command: Command): Command {
  return withYes(command)
    .option("--plan", "print what would be done, with the numbers of rows, and do nothing")
    .option("--dry-run", "do it on a copy, which is thrown away")
    .option("--no-backup", "make no backup first")
    .addOption(
      new Option("--on-violation <what>", "what to do with rows that a revision does not permit")
        .choices(["refuse", "quarantine", "delete"])
        .default("refuse"),
    )
    .option("--orphans", "--on-violation holds for rows whose parents are gone, too; else they stay");
}
