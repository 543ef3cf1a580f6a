import { stripVTControlCharacters } from "node:util";

/** What a terminal would obey instead of showing, but for tabs and line ends; and what turns the direction of a text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour
const COLOUR = /(\x1b\[\d{1,2}m)/;
const NO_COLOUR = "\x1b[0m";

/** The same without what JSON escapes by itself. */
const UNESCAPED = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** A JSON document that says the same, and does nothing to a terminal either. */
export function escaped(json: string): string {
  return json.replace(UNESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * A text as a terminal may be given it. Names, messages and values are the user's, or whoever's they run workflows for: they must
 * not move the cursor, write over other lines or set the window's title. Colours stay where colours are shown, and end with the text.
 *
 * @example
 * printable("a\x1b[2Jb", false); // "ab"
 */
export function printable(text: string, colours: boolean): string {
  if (!colours || !COLOUR.test(text)) return shown(text);
  const parts = text.split(COLOUR).map((part, index) => (index % 2 === 1 ? part : shown(part)));
  return parts.join("") + NO_COLOUR;
}

function shown(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").replace(CONTROLS, "");
}
