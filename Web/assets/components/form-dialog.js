// A form in a dialog, whose problems are said at the fields that have them.

import { APIError, problemText } from "../core/api.js";
import { h } from "../core/dom.js";
import { openDialog } from "./dialog.js";

/**
 * Asks for something, and does `submit` with it; stays open while that fails. Resolves with what `submit` gave, or undefined
 * when the dialog was left.
 *
 * @param {string} title
 * @param {object} options
 * @param {Object<string, HTMLElement>} options.fields Fields of `field()` by the path that the server has for them, such as
 *   `values.production`; a problem of a member within it is shown there too.
 * @param {() => Promise<*>} options.submit
 * @param {Node[]} [options.content] What stands in the form; the fields where it is not given.
 */
export function formDialog(title, { intro = null, fields, content = Object.values(fields), action = "Save", submit }) {
  return openDialog(title, (close) => {
    const failure = h("p.notice.alarm", { role: "alert", hidden: true });
    const button = h("button.button.primary", { type: "submit" }, action);
    const onsubmit = async (event) => {
      event.preventDefault();
      failure.hidden = true;
      for (const field of Object.values(fields)) field.problem?.(null);
      button.disabled = true;
      try {
        close((await submit()) ?? true);
      } catch (error) {
        button.disabled = false;
        const elsewhere = shown(error, fields);
        failure.textContent = elsewhere.join("\n");
        failure.hidden = elsewhere.length === 0;
      }
    };
    return h(
      "form",
      { onsubmit },
      intro ? h("p.quiet", intro) : null,
      content,
      failure,
      h("div.actions", h("button.button", { onclick: () => close(undefined) }, "Cancel"), button),
    );
  });
}

/** A notice of the problems that no field shows; `say([])` hides it. */
export function problemNotice() {
  const element = h("div.notice.alarm", { role: "alert", hidden: true });
  element.say = (problems) => {
    element.replaceChildren(...problems.map((problem) => h("p", problemText(problem))));
    element.hidden = problems.length === 0;
  };
  return element;
}

/** Says each problem at its field, puts the focus there, and gives the sentences that have none. */
export function shown(error, fields) {
  if (!(error instanceof APIError) || error.problems.length === 0) return [error.message];
  const elsewhere = [];
  let first = null;
  for (const { path, message } of error.problems) {
    const field = path.map((_, index) => fields[path.slice(0, path.length - index).join(".")]).find(Boolean);
    if (!field?.problem) elsewhere.push(problemText({ path, message }));
    else field.problem(message);
    first ??= field;
  }
  first?.control?.focus();
  return elsewhere;
}
