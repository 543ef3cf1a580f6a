import { type CompiledQuery, type RawBuilder, sql } from "kysely";
import { literal } from "../dialects/sqlite/names.ts";
import type { SqlValue, Statement } from "./unit.ts";

/** Stands for a value that is only known when the statement runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A value of a prepared statement, by name. */
export type Parameter<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>;

/**
 * Compiles a query once; each call then only fills in the values. Building and compiling a query costs more than running it, and
 * binding values is a good part of that: a value that occurs several times is bound once, and a constant not at all.
 *
 * @example
 * const rename = prepare<{ id: number; name: string }>((value) =>
 *   db.updateTable("lattices").set({ name: value("name") }).where("id", "=", value("id")));
 * rename({ id: 1, name: "fit" }); // { sql: 'update "lattices" set ...', parameters: ["fit", 1] }
 */
export function prepare<Values extends { readonly [Name in keyof Values]: SqlValue }>(
  build: (value: Parameter<Values>) => { compile(): CompiledQuery },
): (values: Values) => Statement {
  const compiled = build((name) => sql`${new Placeholder(name)}`).compile();
  const slots = compiled.parameters as readonly (Placeholder | SqlValue)[];
  const [head = "", ...pieces] = compiled.sql.split("?");
  if (pieces.length !== slots.length) throw new Error(`a question mark stands for no value: ${compiled.sql}`);
  const names: (keyof Values & string)[] = [];
  let text = head;
  for (const [at, piece] of pieces.entries()) text += textOf(slots[at] ?? null, names) + piece;
  return (values) => ({ sql: text, parameters: names.map((name) => values[name]) });
}

/** What stands for a value in the statement. */
function textOf(slot: Placeholder | SqlValue, names: string[]): string {
  if (slot instanceof Placeholder) {
    if (!names.includes(slot.name)) names.push(slot.name);
    return `?${names.indexOf(slot.name) + 1}`;
  }
  if (typeof slot === "string") return literal(slot);
  if (typeof slot === "object" && slot !== null) return `x'${Buffer.from(slot).toString("hex")}'`;
  return String(slot);
}
