import { sameName } from "./names.ts";

/**
 * The text of a CREATE TABLE statement, taken apart into columns and constraints that can be changed one by one.
 *
 * A table is rebuilt from its own text and not from what the history says it is, so that whatever a user has put into it stays:
 * columns of their own, CHECK, COLLATE, ON CONFLICT, generated columns, AUTOINCREMENT, WITHOUT ROWID.
 */
export interface TableText {
  readonly columns: readonly ColumnText[];
  readonly constraints: readonly ConstraintText[];
  /** What follows the closing parenthesis: `STRICT`, `WITHOUT ROWID`, or nothing. */
  readonly options: string;
}

export interface ColumnText {
  readonly name: string;
  readonly text: string;
}

export interface ConstraintText {
  readonly name: string | null;
  readonly kind: "primary-key" | "unique" | "check" | "foreign-key";
  /** Of the key; none for a check. */
  readonly columns: readonly string[];
  /** The table that a foreign key refers to. */
  readonly table: string | null;
  readonly text: string;
}

interface Token {
  readonly text: string;
  /** How many parentheses are open before it. */
  readonly depth: number;
}

/** @throws {Error} when the text is no CREATE TABLE with columns, as for a virtual table. */
export function parseTable(sql: string): TableText {
  const tokens = tokenize(sql);
  const open = tokens.findIndex(({ text }) => text === "(");
  const close = tokens.findIndex(({ text, depth }, index) => index > open && text === ")" && depth === 1);
  if (open === -1 || close === -1) throw new Error(`cannot read the table's text: ${sql.slice(0, 80)}`);
  const parts = splitAtCommas(tokens.slice(open + 1, close));
  const columns = parts.filter((part) => !isConstraint(part));
  return {
    columns: columns.map((part) => ({ name: unquoted(words(part)[0]?.text ?? ""), text: textOf(part) })),
    constraints: parts.filter(isConstraint).map(parseConstraint),
    options: textOf(tokens.slice(close + 1)),
  };
}

export function renderTable(name: string, table: TableText): string {
  const parts = [...table.columns, ...table.constraints].map(({ text }) => closed(text));
  return `CREATE TABLE ${name} (\n\t${parts.join(",\n\t")}\n)${table.options === "" ? "" : ` ${table.options}`}`;
}

/** The column with NOT NULL, or without it. */
export function withNotNull(column: ColumnText, notNull: boolean): ColumnText {
  const tokens = tokenize(column.text);
  const solid = tokens.flatMap((token, index) => (isTrivia(token) || token.depth > 0 ? [] : [index]));
  const word = (place: number) => tokens[solid[place] ?? -1]?.text.toUpperCase();
  const at = solid.findIndex((_, place) => word(place) === "NOT" && word(place + 1) === "NULL");
  if (notNull) return at === -1 ? { ...column, text: `${closed(column.text)} NOT NULL` } : column;
  if (at === -1) return column;
  const start = word(at - 2) === "CONSTRAINT" ? at - 2 : at;
  const end = word(at + 2) === "ON" && word(at + 3) === "CONFLICT" ? at + 4 : at + 1;
  const removed = new Set(
    tokens.keys().filter((index) => index >= (solid[start] ?? 0) && index <= (solid[end] ?? 0)),
  );
  return { ...column, text: textOf(tokens.filter((_, index) => !removed.has(index))) };
}

/** True when a name occurs in the text, outside of texts and comments. */
export function mentions(sql: string, name: string): boolean {
  return tokenize(sql).some((token) => isName(token) && sameName(unquoted(token.text), name));
}

/** True when a name occurs behind the first parenthesis: in an index's columns, in an expression of a column or a constraint. */
export function usesInside(sql: string, name: string): boolean {
  const tokens = words(tokenize(sql));
  const inside = tokens.slice(tokens.findIndex(({ text }) => text === "(") + 1 || tokens.length);
  return inside.some(
    (token, index) =>
      isName(token) &&
      sameName(unquoted(token.text), name) &&
      !/^(primary|foreign)$/i.test(inside[index - 1]?.text ?? ""),
  );
}

/** True when a name stands before a dot: `lattices.status`. */
export function qualifies(sql: string, name: string): boolean {
  const all = words(tokenize(sql));
  return all.some(
    (token, index) => isName(token) && sameName(unquoted(token.text), name) && all[index + 1]?.text === ".",
  );
}

/** True when a name occurs in double quotes, where SQLite takes it for a text once there is no such column. */
export function mentionsInDoubleQuotes(sql: string, name: string): boolean {
  return tokenize(sql).some(({ text }) => text.startsWith('"') && sameName(unquoted(text), name));
}

/** The columns of a trigger that is for updates of some columns alone; none for any other. */
export function updateColumns(sql: string): string[] {
  const all = words(tokenize(sql));
  const isWord = (index: number, word: string) => all[index]?.text.toUpperCase() === word;
  const at = all.findIndex((_, index) => isWord(index, "UPDATE") && isWord(index + 1, "OF"));
  if (at === -1) return [];
  const end = all.findIndex((_, index) => index > at && isWord(index, "ON"));
  return all
    .slice(at + 2, end)
    .filter(isName)
    .map(({ text }) => unquoted(text));
}

/** What stands in double quotes behind the first parenthesis: names, and texts of those who took them for quotation marks. */
export function namesInDoubleQuotes(sql: string): string[] {
  const tokens = tokenize(sql);
  const inside = tokens.slice(tokens.findIndex(({ text }) => text === "(") + 1);
  return inside.filter(({ text }) => text.startsWith('"')).map(({ text }) => unquoted(text));
}

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|[\d.]+|[\s\S]/gy;

function tokenize(sql: string): Token[] {
  let depth = 0;
  return Array.from(sql.matchAll(TOKEN), ([text]) => {
    const token = { text, depth };
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    return token;
  });
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === "," && token.depth === 1) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function isConstraint(part: readonly Token[]): boolean {
  const [first, second] = words(part).map(({ text }) => text.toUpperCase());
  // `unique` or `check` can be a column's name only in quotes.
  return (
    first === "CONSTRAINT" ||
    first === "UNIQUE" ||
    first === "CHECK" ||
    ((first === "PRIMARY" || first === "FOREIGN") && second === "KEY")
  );
}

function parseConstraint(part: readonly Token[]): ConstraintText {
  const all = words(part);
  const named = all[0]?.text.toUpperCase() === "CONSTRAINT";
  const rest = named ? all.slice(2) : all;
  const referenced = rest.findIndex(({ text }) => text.toUpperCase() === "REFERENCES");
  const kind = kindOf(rest[0]?.text.toUpperCase());
  return {
    name: named ? unquoted(all[1]?.text ?? "") : null,
    kind,
    columns: kind === "check" ? [] : namesInParentheses(rest),
    table: referenced === -1 ? null : unquoted(rest[referenced + 1]?.text ?? ""),
    text: textOf(part),
  };
}

function kindOf(word: string | undefined): ConstraintText["kind"] {
  if (word === "PRIMARY") return "primary-key";
  if (word === "FOREIGN") return "foreign-key";
  return word === "UNIQUE" ? "unique" : "check";
}

function namesInParentheses(tokens: readonly Token[]): string[] {
  const open = tokens.findIndex(({ text }) => text === "(");
  const close = tokens.findIndex(({ text }, index) => index > open && text === ")");
  const list = tokens.slice(open + 1, close);
  return list
    .filter((token, index) => isName(token) && (index === 0 || list[index - 1]?.text === ","))
    .map(({ text }) => unquoted(text));
}

function words(part: readonly Token[]): Token[] {
  return part.filter((token) => !isTrivia(token));
}

function isTrivia({ text }: Token): boolean {
  return /^\s/.test(text) || text.startsWith("--") || text.startsWith("/*");
}

function isName({ text }: Token): boolean {
  return /^["`[A-Za-z_$\u0080-\uffff]/.test(text);
}

function unquoted(text: string): string {
  const mark = text[0];
  if (mark === "[") return text.slice(1, -1);
  if (mark === '"' || mark === "`" || mark === "'") return text.slice(1, -1).replaceAll(mark + mark, mark);
  return text;
}

/** A comment to the end of the line must not swallow what is written behind it. */
function closed(text: string): string {
  return text.includes("--") ? `${text}\n` : text;
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ text }) => text)
    .join("")
    .trim();
}
