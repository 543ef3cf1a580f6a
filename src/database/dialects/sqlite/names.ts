/** Names in SQL. SQLite compares them without regard to the case of ASCII letters. */

/** A name as it stands in a statement. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteAll(names: readonly string[]): string {
  return names.map(quote).join(", ");
}

/** A text as it stands in a statement. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sameName(one: string, other: string): boolean {
  return one === other || lowered(one) === lowered(other);
}

export function includesName(names: readonly string[], name: string): boolean {
  return names.some((one) => sameName(one, name));
}

function lowered(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
