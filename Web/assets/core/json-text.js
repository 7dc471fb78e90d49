// Where the parts of a JSON text stand, and its first mistake in plain words.

import { isObject, keyOf } from "./paths.js";

/** Levels of nesting that the server takes. */
const DEEPEST = 64;
const WORD = /[-+.\w]+/y;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
const SPACE = /[ \t\n\r]*/y;

class Mistake {
  constructor(line, message) {
    this.line = line;
    this.message = message;
  }
}

/**
 * Reads a JSON text.
 *
 * @returns {{value?: *, error: {line: number, message: string} | null, lineOf: (path: string[]) => number}} Lines count from
 * 1. `lineOf` gives the line of a value, or of the nearest one around it that is there.
 */
export function readJSON(text) {
  const lines = new Map();
  const lineOf = (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(keyOf(path.slice(0, length).map(String)));
      if (line) return line;
    }
    return 1;
  };
  try {
    scan(text, lines);
    return { value: JSON.parse(text), error: null, lineOf };
  } catch (error) {
    if (error instanceof Mistake) return { error: { line: error.line, message: error.message }, lineOf };
    return { error: { line: 1, message: error.message }, lineOf };
  }
}

/** Where a line begins in a text; lines count from 1. One beyond the end is the last. */
export function startOf(text, line) {
  const lines = text.split("\n");
  return lines.slice(0, Math.max(0, Math.min(line, lines.length) - 1)).reduce((sum, { length }) => sum + length + 1, 0);
}

/** Reads a JSON text that is to be an object: like `readJSON`, with what is wrong as `problem`. */
export function readObject(text) {
  const { value, error, lineOf } = readJSON(text);
  return { value, lineOf, problem: error ?? (isObject(value) ? null : { line: 1, message: "The configuration is an object in curly brackets." }) };
}

function scan(text, lines) {
  let index = 0;
  let line = 1;
  const fail = (message, where = line) => {
    throw new Mistake(where, message);
  };

  function skip() {
    SPACE.lastIndex = index;
    const space = SPACE.exec(text)[0];
    for (const character of space) if (character === "\n") line += 1;
    index += space.length;
    return text[index];
  }

  function string() {
    const start = index++;
    for (; ; index++) {
      const code = text.charCodeAt(index);
      if (code === 0x22) break;
      if (code === 0x5c) {
        const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(index + 1, index + 6));
        if (!escape) fail("A backslash in a text stands before one of these: \" \\ / b f n r t u.");
        index += escape[0].length;
      } else if (code === 0x0a || Number.isNaN(code)) fail("This text is not closed with a quotation mark. A line break in a text is written \\n.");
      else if (code < 0x20) fail("A tab in a text is written \\t.");
    }
    index += 1;
    return JSON.parse(text.slice(start, index));
  }

  /** After a member or an element: whether another one follows. `end` closes the list or object. */
  function goesOn(end, where) {
    const next = skip();
    if (next === end) return (index += 1), false;
    if (next !== ",") fail(next === undefined ? `A ${end} is missing at the end.` : `A comma or ${end} is missing after this value.`, next === undefined ? line : where);
    const comma = line;
    index += 1;
    if (skip() === end) fail(`There is a comma too many before ${end}.`, comma);
    return true;
  }

  function value(path) {
    const first = skip();
    lines.set(keyOf(path), lines.get(keyOf(path)) ?? line);
    if (path.length > DEEPEST) fail(`There are more than ${DEEPEST} levels.`);
    if (first === '"') string();
    else if (first === "{") object(path);
    else if (first === "[") list(path);
    else word(first);
  }

  function word(first) {
    WORD.lastIndex = index;
    const found = WORD.exec(text)?.[0];
    if (!found) fail(first === undefined ? "A value is missing at the end." : first === "'" ? "Texts stand in double quotation marks." : `A value is missing before ${first}`);
    if (!["true", "false", "null"].includes(found) && !NUMBER.test(found)) fail(`${found.slice(0, 40)} is no value. Texts stand in double quotation marks.`);
    index += found.length;
  }

  function object(path) {
    index += 1;
    if (skip() === "}") return void (index += 1);
    let end;
    do {
      if (skip() !== '"') fail("A name in double quotation marks is expected here.");
      const start = line;
      const name = string();
      if (skip() !== ":") fail("A colon is missing after this name.", start);
      index += 1;
      lines.set(keyOf([...path, name]), start);
      value([...path, name]);
      end = line;
    } while (goesOn("}", end));
  }

  function list(path) {
    index += 1;
    if (skip() === "]") return void (index += 1);
    let element = 0;
    let end;
    do {
      value([...path, String(element++)]);
      end = line;
    } while (goesOn("]", end));
  }

  value([]);
  if (skip() !== undefined) fail("There is more text after the end of the configuration.");
}
