// Who uses something, as a list of links; and the word that it cannot be deleted meanwhile.

import { h } from "../core/dom.js";
import { address } from "../core/router.js";
import { remove } from "../core/api.js";
import { confirmAction, openDialog } from "./dialog.js";
import { said } from "./toast.js";
import { hasMore, usesOf } from "../core/uses.js";

export function usedBy(users) {
  const uses = usesOf(users);
  if (uses.length === 0) return h("span.quiet", "Nothing");
  return h(
    "ul",
    uses.map(({ kind, name, place }) => h("li", h("span.quiet", `${kind} `), place ? h("a", { href: address(...place) }, name) : name)),
    hasMore(users) ? h("li.quiet", "and others") : null,
  );
}

/** Deletes a `kind` of thing (a secret) at `path` after a question, and calls `done`; says who uses it where anything does. */
export async function erase({ kind, name, users = null, path, text = `${name} is deleted for good.` }, done) {
  if (usesOf(users).length) return refuse(name, users);
  if (!(await confirmAction(`Delete ${kind}`, text, `Delete ${kind}`))) return undefined;
  await remove(path).finally(done);
  return said(`The ${kind} is deleted.`);
}

function refuse(what, users) {
  return openDialog("Still in use", (close) => [
    h("p", `${what} cannot be deleted while something uses it. Take it out there first.`),
    h("div", { onclick: ({ target }) => target.closest("a") && close() }, usedBy(users)),
    h("div.actions", h("button.button", { onclick: () => close() }, "Close")),
  ]);
}

/** The agents that use a tool or an MCP server, `{id, name}`, as links. */
export function agentList(agents) {
  if (agents.length === 0) return h("p.quiet", "No agent uses it yet. Choose it in an agent's tools.");
  return h("ul.links", agents.map(({ id, name }) => h("li", h("a", { href: address("agents", id) }, name || id))));
}

/** A sentence for whoever wants to delete what agents use; `loss` is what they will do without. */
export const lossText = (agents, loss) =>
  agents.length ? `${agents.map(({ name, id }) => name || id).join(", ")} ${agents.length === 1 ? "uses" : "use"} it, and will do without ${loss}.` : "No agent uses it.";
