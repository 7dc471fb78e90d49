// Two people have changed the same settings: both values side by side, and a choice for each.

import { h } from "../core/dom.js";
import { listed, shown, spelledOut } from "../core/format.js";
import { copyButton } from "./copy.js";
import { openDialog } from "./dialog.js";

/**
 * Asks which values are to stay.
 *
 * @param {import("../core/changes.js").Change[]} conflicts With what the server has as `now`.
 * @param {import("../core/changes.js").Change[]} others What somebody else has changed besides.
 * @param {(path: string[]) => string} [nameOf] A setting's name for people.
 * @returns {Promise<boolean[] | undefined>} For each whether the person's own stays; undefined when they decide later.
 */
export function askWhichStay(conflicts, others, nameOf = wayTo) {
  const option = (index, value, title, text) =>
    h(
      "div.conflict-side",
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
      others.length ? h("p.help", `Changed too, and taken over: ${namesOf(others, nameOf)}.`) : null,
      conflicts.map(({ path, after, now }, index) =>
        h("fieldset.stack", h("legend", nameOf(path)), h("div.conflict-sides", option(index, "mine", "Yours", shown(after)), option(index, "theirs", "On the server now", shown(now)))),
      ),
      h("div.actions", h("button.button", { onclick: () => close() }, "Decide later"), h("button.button.primary", { type: "submit" }, "Save")),
    ),
  );
}

/** A place for people: `Api schema › Url`. */
const wayTo = (path) => path.map((name) => spelledOut([name])).join(" › ");

const namesOf = (changes, nameOf) => listed([...new Set(changes.map(({ path }) => nameOf(path)))], 4);

/** What is said after a save; `others` are the changes of somebody else that were taken in. */
export function savedText(others, otherwise = "Saved.", nameOf = wayTo) {
  return others.length ? `Saved. Somebody else has changed ${namesOf(others, nameOf)} meanwhile; that is kept too.` : otherwise;
}
