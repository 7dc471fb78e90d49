// The list of conversations: calls in progress, filters, and rows that come as one scrolls.

import { get } from "../../core/api.js";
import { h, svg, uniqueID } from "../../core/dom.js";
import { count, duration, languageName } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { poll } from "../../core/poll.js";
import { address, note, parseLocation } from "../../core/router.js";
import { callsInProgress } from "../../core/workspace.js";
import { agentSelect } from "../../components/agent-select.js";
import { field, select, textInput } from "../../components/field.js";
import { badge, failure, page } from "../../components/page.js";
import { apiQuery, countFilters, endings, names, readFilters } from "./filters.js";
import { endedWords, rowTexts } from "./words.js";
import { virtualRows } from "./virtual.js";

/** Milliseconds between two questions for the calls in progress. */
const POLL = 3000;
/** Milliseconds without a key before a search begins. */
const PAUSE = 300;
/** Rows beyond the window that are fetched ahead. */
const AHEAD = 150;

export async function openList(query, signal) {
  const filters = readFilters(query);
  const list = conversationRows(filters, signal);
  const form = filterForm(filters, () => list.load(), signal);
  const live = liveStrip(signal, () => list.renew());
  list.load();
  return page(
    "Conversations",
    { lead: "Every call with its recording, its words, and why the agent spoke when it did." },
    live,
    form,
    list,
  );
}

// MARK: Calls in progress

function liveStrip(signal, onend) {
  const strip = h("div.conversations-live", { aria: { label: "Calls in progress", live: "off" }, role: "group" }, h("span.quiet", "Looking for calls in progress…"));
  let known = new Map();

  async function ask() {
    try {
      show(await callsInProgress(signal));
    } catch (error) {
      if (signal.aborted) return;
      strip.replaceChildren(h("span.quiet", error.message));
      known = new Map();
    }
  }

  function show(calls) {
    const ids = new Set(calls.map((call) => call.conversation_id));
    if ([...known.keys()].some((id) => !ids.has(id))) onend();
    const chips = new Map(calls.map((call) => [call.conversation_id, known.get(call.conversation_id) ?? chip(call)]));
    for (const call of calls) chips.get(call.conversation_id).clock.textContent = duration(Date.now() / 1000 - call.start_time_unix_secs);
    if (calls.length) {
      if (calls.length !== known.size || [...ids].some((id) => !known.has(id))) strip.replaceChildren(badge(`${count(calls.length)} in progress`, "accent"), ...[...chips.values()].map(({ element }) => element));
    } else strip.replaceChildren(h("span.quiet", "No call is in progress. Calls appear here while they last."));
    known = chips;
  }

  poll(ask, POLL, signal);
  return strip;
}

function chip(call) {
  const clock = h("span.figure");
  const element = h("a.button", { href: address("conversations", call.conversation_id) }, h("span.conversations-pulse"), h("span.conversations-cut", call.agent_name || call.agent_id), clock);
  return { element, clock };
}

// MARK: Filters

function filterForm(filters, onchange, signal) {
  let timer = null;
  const apply = () => {
    clearTimeout(timer);
    note(filters);
    tell();
    onchange();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(apply, PAUSE);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  const write = (name) => ({ target }) => ((filters[name] = target.value.trim()), soon());
  const text = (name, members = {}) => textInput({ name, value: filters[name], oninput: write(name), ...members });
  const choice = (name, options) => select(options, { name, value: filters[name], onchange: write(name) });

  const search = text("q", { type: "search", placeholder: "Search what was said", aria: { label: "Search what was said" } });
  const agent = agentSelect({ name: "agent", value: filters.agent, onchange: write("agent") }, signal);
  const fields = [
    field({ label: "Agent" }, agent),
    field({ label: "Time" }, choice("days", [["", "Any time, or the days below"], ["1", "Today"], ["7", "The last 7 days"], ["30", "The last 30 days"]])),
    field({ label: "From" }, text("from", { type: "date" })),
    field({ label: "To" }, text("to", { type: "date" })),
    field({ label: "At least as long as", help: "Seconds, or minutes as 1:30." }, text("min", { inputmode: "text" })),
    field({ label: "At most as long as" }, text("max")),
    field({ label: "State" }, choice("state", [["", "All"], ["done", "Ended as they should"], ["failed", "Failed"], ["live", "In progress"]])),
    field({ label: "How it ended" }, choice("ended", [["", "In any way"], ...endings.map((reason) => [reason, endedWords("done", reason)])])),
    field({ label: "Voice or text" }, choice("kind", [["", "Both"], ["voice", "Voice calls"], ["text", "Text only"]])),
    field({ label: "Tools used", help: "Their names, with commas between them. Any of them counts." }, text("tools", { spellcheck: "false" })),
    field({ label: "At least so many stars" }, choice("stars", [["", "Any"], ...["1", "2", "3", "4", "5"]])),
    field({ label: "At most so many stars" }, choice("starsto", [["", "Any"], ...["1", "2", "3", "4", "5"]])),
    field({ label: "Comment" }, choice("comment", [["", "With or without"], ["true", "With a comment"], ["false", "Without a comment"]])),
    field({ label: "Language", help: "A code such as en or de." }, text("language", { spellcheck: "false" })),
    field({ label: "Client", help: "As it names itself, such as python_sdk." }, text("source", { spellcheck: "false" })),
    field({ label: "User", help: "The client's own id for its user." }, text("user", { spellcheck: "false" })),
    field({ label: "Order" }, choice("order", [["", "Newest first"], ["asc", "Oldest first"]])),
  ];
  const details = h("div.card.fields", { id: uniqueID("filters"), hidden: true }, fields);
  const more = h("button.button", { aria: { expanded: "false", controls: details.id }, onclick: () => more.setAttribute("aria-expanded", String(!(details.hidden = !details.hidden))) });
  const clear = h("button.button.plain", { hidden: true, onclick: reset }, svg(icons.close), "Clear");
  const form = h(
    "form.conversations-filters",
    { role: "search", onsubmit: (event) => (event.preventDefault(), apply()) },
    h("div.row", h("div.grow", search), more, clear),
    details,
  );

  function reset() {
    for (const name of names) filters[name] = "";
    for (const control of form.querySelectorAll("[name]")) control.value = "";
    apply();
    search.focus();
  }

  function tell() {
    const active = countFilters(filters);
    more.textContent = active ? `Filters (${active})` : "Filters";
    clear.hidden = !active && !filters.q;
  }
  tell();
  return form;
}

// MARK: Rows

function conversationRows(filters, signal) {
  let items = [];
  let cursor = null;
  let visit = null;
  let isFetching = false;
  const rows = virtualRows({ label: "Conversations", make, fill: (row, index) => row.fill(items[index]), near, signal });
  const foot = h("div.conversations-foot");
  const head = h("div.conversations-row.head", { aria: { hidden: "true" } }, ["Agent", "Began", "Length", "Turns", "How it ended", "Tools"].map((title) => h("span", title)));
  const element = h("div.card.flush.conversations-list", head, rows, foot);

  /** Fetches the next page; the answers to a list that was left are dropped. */
  async function fetchPage(from) {
    isFetching = true;
    foot.textContent = from ? "Fetching more…" : items.length ? foot.textContent : "";
    const mine = visit;
    try {
      const answer = await get("/v1/convai/conversations", { ...apiQuery(filters), page_size: 100, cursor: from }, { signal: AbortSignal.any([signal, mine.signal]) });
      if (mine !== visit) return;
      const isFirst = !from;
      items = isFirst ? answer.conversations : items.concat(answer.conversations);
      cursor = answer.has_more ? answer.next_cursor : null;
      head.hidden = !items.length;
      rows.count(items.length);
      if (isFirst) rows.refresh();
      foot.replaceChildren(items.length ? (cursor ? "" : `${count(items.length)} in all`) : nothing(filters));
    } catch (error) {
      if (mine !== visit || signal.aborted) return;
      foot.replaceChildren(failure(error, () => fetchPage(from)));
    } finally {
      if (mine === visit) isFetching = false;
    }
  }

  function near(end) {
    if (cursor && !isFetching && end + AHEAD > items.length) fetchPage(cursor);
  }

  element.load = () => {
    visit?.abort();
    visit = new AbortController();
    return fetchPage(null);
  };
  /** A call has ended: shown at once where the reader is at the list's beginning, and otherwise left for later. */
  element.renew = () => {
    if (!isFetching && rows.getBoundingClientRect().top > 0) setTimeout(() => !signal.aborted && element.load(), 500);
  };
  return element;
}

/** A row whose texts change, and nothing else. */
function make() {
  const parts = Object.fromEntries(["name", "when", "length", "messages", "ended", "tools"].map((name) => [name, h(`span.${name}`)]));
  const rating = h("span.rating");
  const row = h("a.conversations-row", Object.values(parts));
  row.fill = (item) => {
    const texts = rowTexts(item);
    row.href = address("conversations", item.conversation_id);
    for (const [name, part] of Object.entries(parts)) part.textContent = texts[name];
    parts.name.title = texts.title ?? "";
    parts.ended.dataset.tone = texts.tone;
    parts.messages.setAttribute("aria-label", `${texts.messages} turns`);
    rating.textContent = texts.rating;
    rating.setAttribute("aria-label", `${item.rating ?? 0} of 5 stars`);
    if (texts.rating) parts.tools.prepend(rating, " ");
    if (item.main_language) row.title = languageName(item.main_language);
    else row.removeAttribute("title");
  };
  row.addEventListener("click", () => (lastList = location.hash));
  return row;
}

let lastList = null;

/** Where the list was left, with its filters. */
export const listAddress = () => (lastList && parseLocation(lastList).parts.length === 0 ? lastList : address("conversations"));

function nothing(filters) {
  const isFiltered = countFilters(filters) > 0 || filters.q;
  return h(
    "div.empty",
    h("h2", isFiltered ? "No conversation is like that" : "No conversations yet"),
    h("p", isFiltered ? "Take a filter away, or search for other words." : "Talk to an agent, and the call appears here with its recording and its words."),
    isFiltered ? null : h("a.button.primary", { href: address("talk") }, svg(icons.talk), "Talk"),
  );
}
