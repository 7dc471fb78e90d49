// All agents: search, their last calls, and what can be done with a whole agent.

import { get, patch, post, remove } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { when } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { latest } from "../../core/poll.js";
import { address, go, note } from "../../core/router.js";
import { confirmAction } from "../../components/dialog.js";
import { field, searchInput, select, textInput } from "../../components/field.js";
import { formDialog } from "../../components/form-dialog.js";
import { badge, empty, failure, page } from "../../components/page.js";
import { attempt, said } from "../../components/toast.js";
import { forget, kept } from "./draft.js";
import { blank, examples } from "./examples.js";

const PATH = "/v1/convai/agents";
const ARCHIVE = ["M4 5h16v4H4V5Z", "M6 9v10h12V9", "M10 13h4"];
const order = { created_at: "desc", name: "asc", call_count_7d: "desc" };

export async function openList(place, signal) {
  const state = { search: place.query.get("search") ?? "", archived: place.query.get("archived") ?? "", tag: place.query.get("tag") ?? "", sort: place.query.get("sort") ?? "created_at" };
  const items = h("ul.agents-list");
  const foot = h("div.row");
  const results = h("div.stack", { aria: { live: "polite" } });

  const load = latest(signal, async (asking, cursor = null) => {
    try {
      const query = { search: state.search, tags: state.tag, archived: state.archived === "true" ? "true" : null, sort_by: state.sort, sort_direction: order[state.sort], page_size: 50, cursor };
      const answer = await get(PATH, query, { signal: asking });
      if (!cursor) items.replaceChildren();
      items.append(...answer.agents.map((agent) => row(agent, again)));
      const more = h("button.button", { onclick: ({ currentTarget }) => attempt(currentTarget, () => load(answer.next_cursor)) }, "Show more");
      foot.replaceChildren(answer.next_cursor ? more : "");
      results.replaceChildren(...(items.childElementCount ? [h("div.card.flush", items), foot] : [nothing(state)]));
    } catch (error) {
      if (!asking.aborted) results.replaceChildren(failure(error, () => load()));
    }
  });

  /** After an action the row that had the focus is another one, or gone. */
  async function again() {
    await load();
    if (document.activeElement === document.body) results.closest(".page")?.querySelector("h1").focus({ preventScroll: true });
  }

  const change = (name, value) => {
    state[name] = value;
    note({ [name]: value });
    load();
  };
  const choose = (name) => ({ currentTarget }) => change(name, currentTarget.value);
  const search = searchInput({ label: "Search agents", placeholder: "Name or id", value: state.search, onsearch: (text) => change("search", text), signal });
  const shown = select([["", "In use"], ["true", "Archived"]], { value: state.archived, aria: { label: "Show" }, onchange: choose("archived") });
  const sorted = select([["created_at", "Newest first"], ["name", "By name"], ["call_count_7d", "Most called"]], { value: state.sort, aria: { label: "Order" }, onchange: choose("sort") });
  const tag = state.tag ? h("a.button", { href: address("agents"), aria: { label: `Only with the tag ${state.tag}. Show all` } }, state.tag, svg(icons.close)) : null;
  const create = h("button.button.primary", { onclick: newAgent }, svg(icons.add), "New agent");
  await load();
  // `#/agents/new` asks at once.
  if (place.parts[0] === "new" && !signal.aborted) newAgent();
  return page("Agents", { lead: "Who answers your calls, and how.", actions: [create] }, h("div.agents-filters", search, shown, sorted, tag), results);
}

function nothing({ search, archived, tag }) {
  if (tag) return empty(`No agent has the tag “${tag}”`, "Tags are set in an agent's first tab.");
  if (search) return empty(`No agent is called “${search}”`, archived ? "Among the archived ones, names and ids are searched." : "Names and ids are searched. Archived agents have a list of their own.");
  if (archived) return empty("Nothing is archived", "An archived agent is hidden from the list, and still answers calls.");
  return empty("There are no agents yet", "Begin with an example, and change what you like. You can talk to it at once.", h("button.button.primary", { onclick: newAgent }, "New agent"));
}

function row(agent, reload) {
  const { agent_id: id, name, tags, archived, last_call_time_unix_secs: last } = agent;
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const act = (label, paths, action) =>
    h("button.button.plain.icon", { title: label, aria: { label: `${label}: ${name}` }, onclick: ({ currentTarget }) => attempt(currentTarget, action) }, svg(paths));

  async function duplicate() {
    await post(`${path}/duplicate`, { name: `${name} (copy)` });
    said(`${name} was duplicated.`);
    reload();
  }
  async function archive() {
    await patch(path, { platform_settings: { archived: !archived } });
    said(archived ? `${name} is in use again.` : `${name} is archived. It still answers calls.`);
    reload();
  }
  async function erase() {
    const text = "Callers cannot reach it any more. The records of its calls stay. This cannot be undone.";
    if (!(await confirmAction(`Delete ${name}?`, text, "Delete agent"))) return;
    await remove(path);
    forget(sessionStorage, id);
    said(`${name} was deleted.`);
    reload();
  }
  return h(
    "li.agents-item",
    h(
      "div.grow",
      h("div.row", h("a.agents-name", { href: address("agents", id) }, name || id), kept(sessionStorage, id) ? badge("Unsaved changes", "accent") : null, tags.map((tag) => h("a.badge.agents-tag", { href: address("agents", { tag }), aria: { label: `Agents with the tag ${tag}` } }, tag))),
      h("p.help", last ? ["Last call ", h("a", { href: address("conversations", { agent: id }) }, when(last))] : "No calls yet"),
    ),
    h(
      "div.agents-actions",
      h("a.button", { href: address("talk", { agent_id: id }), aria: { label: `Talk to ${name}` } }, svg(icons.talk), "Talk"),
      act("Duplicate", icons.copy, duplicate),
      act(archived ? "Take out of the archive" : "Archive", ARCHIVE, archive),
      act("Delete", icons.remove, erase),
    ),
  );
}

/** Asks what to begin with, makes the agent and opens it. */
async function newAgent() {
  const beginnings = [...examples, { id: "blank", title: "From nothing", summary: "Everything as the server has it by default.", body: blank }];
  const name = field({ label: "Name" }, textInput({ value: beginnings[0].body.name, required: true, oninput: () => (name.isOwn = true) }));
  let begin = beginnings[0];
  const choose = (beginning) => {
    begin = beginning;
    if (!name.isOwn) name.control.value = beginning.body.name;
  };
  const choice = (beginning, index) =>
    h(
      "label.agents-level",
      h("span.row", h("input", { type: "radio", name: "beginning", checked: index === 0, onchange: () => choose(beginning) }), h("strong", beginning.title)),
      h("span.help", beginning.summary),
    );
  const id = await formDialog("New agent", {
    fields: { name },
    content: [h("fieldset.stack.agents-set", h("legend", "Begin with"), h("div.agents-choices", beginnings.map(choice))), name],
    action: "Create",
    submit: async () => (await post(`${PATH}/create`, { ...begin.body, name: name.control.value.trim() || begin.body.name })).agent_id,
  });
  if (id) go("agents", id);
}
