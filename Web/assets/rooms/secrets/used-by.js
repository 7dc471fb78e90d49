// Who uses something, as a list of links; and the word that it cannot be deleted meanwhile.

import { h } from "../../core/dom.js";
import { address } from "../../core/router.js";
import { openDialog } from "../../components/dialog.js";
import { hasMore, usesOf } from "./uses.js";

export function usedBy(users) {
  const uses = usesOf(users);
  if (uses.length === 0) return h("span.quiet", "Nothing");
  return h(
    "ul",
    uses.map(({ kind, name, place }) => h("li", h("span.quiet", `${kind} `), place ? h("a", { href: address(...place) }, name) : name)),
    hasMore(users) ? h("li.quiet", "and others") : null,
  );
}

/** Says who uses what was to be deleted. */
export function refuse(what, users) {
  return openDialog("Still in use", (close) => [
    h("p", `${what} cannot be deleted while something uses it. Take it out there first.`),
    h("div", { onclick: ({ target }) => target.closest("a") && close() }, usedBy(users)),
    h("div.actions", h("button.button", { type: "button", onclick: () => close() }, "Close")),
  ]);
}
