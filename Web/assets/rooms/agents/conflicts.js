// Two people have changed the same settings: both values side by side, and a choice for each.

import { h } from "../../core/dom.js";
import { copyButton } from "../../components/copy.js";
import { openDialog } from "../../components/dialog.js";
import { shown } from "./words.js";

/**
 * Asks which values are to stay.
 *
 * @param {{path: string[], after: *, now: *}[]} conflicts
 * @param {(path: string[]) => string} nameOf A setting's name for people.
 * @returns {Promise<boolean[] | undefined>} For each whether the person's own stays; undefined when they decide later.
 */
export function askWhichStay(conflicts, nameOf) {
  const option = (index, value, title, text) =>
    h(
      "div.agents-side",
      h("div.row", h("label.switch.grow", h("input", { type: "radio", name: `choice${index}`, value, required: true }), h("strong", title)), copyButton(text)),
      h("pre", { tabindex: "0", aria: { label: title } }, text),
    );
  return openDialog("Somebody else has changed the same settings", (close) =>
    h(
      "form",
      {
        onsubmit(event) {
          event.preventDefault();
          close(conflicts.map((_, index) => event.target.elements[`choice${index}`].value === "mine"));
        },
      },
      h("p", "Nothing is saved yet. Choose for each setting which value is to stay; copy the other one if you still need it."),
      conflicts.map(({ path, after, now }, index) =>
        h("fieldset.stack.agents-set", h("legend", nameOf(path)), h("div.agents-sides", option(index, "mine", "Yours", shown(after)), option(index, "theirs", "On the server now", shown(now)))),
      ),
      h("div.actions", h("button.button", { onclick: () => close() }, "Decide later"), h("button.button.primary", { type: "submit" }, "Save")),
    ),
  );
}
