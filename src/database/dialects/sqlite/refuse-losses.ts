import { CovalentError } from "../../../model/errors.ts";
import { includesName, quote } from "./names.ts";
import type { RealTable } from "./real-table.ts";
import type { TableChange } from "./table-change.ts";
import { qualifies, usesInside } from "./table-text.ts";

/**
 * Refuses to drop a column that an index, a generated column, a CHECK or a default of a user's uses.
 *
 * SQLite would refuse some of these itself, in words of its own. Others it would not: with double-quoted texts allowed, an index on
 * "a" would come back as an index on the text 'a'.
 *
 * @throws {CovalentError} `MIGRATION_OBSTACLE`
 */
export function refuseLosses(table: RealTable, { dropColumns: dropped, dropConstraints }: TableChange): void {
  for (const column of dropped) {
    const goes = `${table.name}.${column}, which goes`;
    const index = table.indexes.find(({ sql }) => usesInside(sql, column));
    if (index !== undefined)
      throw obstacle(`the index ${index.name} uses ${goes}`, `DROP INDEX ${quote(index.name)}`);
    const user = table.text.columns.find(
      ({ name, text }) => !includesName(dropped, name) && usesInside(text, column),
    );
    if (user !== undefined) {
      const command = `ALTER TABLE ${quote(table.name)} DROP COLUMN ${quote(user.name)}`;
      throw obstacle(`the column ${table.name}.${user.name} uses ${goes}`, command);
    }
    const constraint = table.text.constraints.find(
      (one) => !dropConstraints.includes(one) && usesInside(one.text, column),
    );
    if (constraint !== undefined) {
      throw obstacle(
        `the constraint ${constraint.text} uses ${goes}`,
        `make ${table.name} anew without that constraint`,
      );
    }
  }
}

/**
 * Refuses to make a table anew that names itself in a CHECK: SQLite does not let it take another name, not even
 * for a while.
 *
 * @throws {CovalentError} `MIGRATION_OBSTACLE`
 */
export function refuseOwnName({ name, text }: RealTable): void {
  const own = [...text.columns, ...text.constraints].find((part) => qualifies(part.text, name));
  if (own === undefined) return;
  const what = `${own.text.replaceAll(/\s+/g, " ")} names the table ${name} itself`;
  throw obstacle(what, `make ${name} anew without \`${name}.\``);
}

function obstacle(what: string, command: string): CovalentError {
  return new CovalentError("MIGRATION_OBSTACLE", { what, command });
}
