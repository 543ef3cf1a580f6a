/** The parameter list of a function whose parameters hold no parentheses of their own; or the sole one of `x => ...`. */
const PARAMETERS =
  /^(?:async\b\s*)?(?:function\b\s*\*?)?\s*[\w$]*\s*\(([^()]*)\)|^(?:async\s+)?([\w$]+)\s*=>/;
const PARAMETER = /^(\.\.\.)?([\w$]+)(?:\s*=.*)?$/s;

/** What the argument at an index is called. */
export type ParameterNamer = (index: number) => string;

const byPosition: ParameterNamer = (index) => `arg[${index}]`;

/**
 * Names for the arguments of a function, read off its source when that is simple, as it mostly is; else `arg[0]`, `arg[1]`, ...
 * The elements of a rest parameter are `rest[0]`, `rest[1]`, ... They are for people: nothing depends on them.
 */
export function parameterNames(fn: (...args: never[]) => unknown): ParameterNamer {
  return parameterNamesOf(Function.prototype.toString.call(fn));
}

/** The same by the source alone. */
export function parameterNamesOf(text: string): ParameterNamer {
  const [, list, sole] = PARAMETERS.exec(text) ?? [];
  const source = list ?? sole;
  if (source === undefined || /[{[/"'`]/.test(source)) return byPosition;
  const parameters = source.split(",").map((each) => PARAMETER.exec(each.trim()) ?? undefined);
  const rest = parameters.findIndex((parameter) => parameter?.[1] !== undefined);
  return (index) => {
    if (rest >= 0 && index >= rest) return `${parameters[rest]?.[2]}[${index - rest}]`;
    return parameters[index]?.[2] ?? byPosition(index);
  };
}
