import { type CompiledQuery, type RawBuilder, sql } from "kysely";
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
 * Compiles a query once; each call then only fills in the values. Building and compiling a query costs more than running it.
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
  return (values) => ({
    sql: compiled.sql,
    parameters: slots.map((slot) => (slot instanceof Placeholder ? values[slot.name as keyof Values] : slot)),
  });
}
