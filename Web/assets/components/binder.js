// Form controls that hold members of a configuration, and the problems that a server finds with them.

import { setAt } from "../core/members.js";
import { field, numberInput, select, textArea, textInput, toggle } from "./field.js";
import { at, nearest } from "../core/paths.js";

/**
 * Controls for members of `config`, which they change in place; `changed()` is called after each change. `show(problems)` marks the fields
 * at fault and gives the problems that no field is for.
 */
export function binder(config, changed) {
  /** What can show a problem, with its path. */
  const places = [];
  const groups = [];
  const set = (path, value) => {
    setAt(config, path, value);
    changed();
  };
  const placed = (path, element) => {
    places.push({ path, element, problem: element.problem });
    return element;
  };

  return {
    config, changed,
    text(path, words, members = {}) {
      const control = textInput({ value: at(config, path) ?? "", spellcheck: "false", ...members, oninput: () => set(path, control.value) });
      return placed(path, field(words, control));
    },
    area(path, words, members = {}) {
      const control = textArea({ value: at(config, path) ?? "", ...members, oninput: () => set(path, members.read ? members.read(control.value) : control.value) });
      return placed(path, field(words, control));
    },
    /** An empty field leaves the member out, and so to its default. */
    number(path, words, members = {}) {
      const control = numberInput({ value: at(config, path) ?? "", ...members, oninput: () => set(path, control.read() ?? undefined) });
      return placed(path, field(words, control));
    },
    /** `read` and `write` turn the member into a text and back, where it is none. */
    choice(path, { options, standard, ...words }, { read = (value) => value ?? standard, write = (text) => text, then = null } = {}) {
      const control = select(options, {
        value: read(at(config, path)),
        onchange: () => {
          set(path, write(control.value));
          then?.(control.value);
        },
      });
      return placed(path, field(words, control));
    },
    flag(path, words, then = null) {
      const element = toggle({
        ...words, checked: at(config, path) === true,
        onchange: () => {
          set(path, element.control.checked);
          then?.(element.control.checked);
        },
      });
      return element;
    },
    /** Something else that can show problems: `entries()` gives `[path, problem]` of each place in it, as they are now. */
    place(element, entries) {
      groups.push({ element, entries });
    },
    /** Clears all places that are shown, then marks those at fault. */
    show(problems) {
      const all = [...places, ...groups.flatMap(({ element, entries }) => entries().map(([path, problem]) => ({ path, element, problem })))];
      const present = all.filter(({ element }) => element.isConnected);
      for (const place of present) place.problem("");
      const told = new Map();
      const rest = [];
      for (const problem of problems) {
        const place = nearest(present, problem.path);
        if (place) told.set(place, [...(told.get(place) ?? []), problem.message]);
        else rest.push(problem);
      }
      for (const [place, messages] of told) place.problem(messages.join(" "));
      reveal([...told.keys()][0]?.element);
      return rest;
    },
  };
}

function reveal(element) {
  if (!element) return;
  for (let around = element.closest("details"); around; around = around.parentElement?.closest("details")) around.open = true;
  (element.querySelector("[aria-invalid]") ?? element.querySelector("input, select, textarea"))?.focus();
}
