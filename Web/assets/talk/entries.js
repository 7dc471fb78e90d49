// The transcript's entries on the page.

import { badge } from "../components/page.js";
import { h, svg } from "../core/dom.js";
import { milliseconds } from "../core/format.js";
import { icons } from "../core/icons.js";
import { address } from "../core/router.js";
import { latencyHelp, plainValue, toolWords } from "./wording.js";

/** A tool's name and state, and what it was asked and answered where that is known, to be unfolded. */
export function toolBox({ name, kind, parameters, result, error, ...state }, open = false) {
  const texts = [
    ["Arguments", parameters && Object.keys(parameters).length ? plainValue(parameters) : null],
    ["Result", result === undefined || result.length === 0 ? null : plainValue(result)],
    ["Error", error || null],
  ].filter(([, text]) => text);
  const head = [svg(icons[kind === "mcp" ? "mcp" : "tools"]), h("span.talk-tool-name", h("span.unseen", "Tool "), name), badge(...toolWords(state))];
  return texts.length ? h("details", { open }, h("summary", head), texts.map(([title, text]) => [h("h3", title), h("pre", text)])) : h("div.row", head);
}

/**
 * The list of a transcript. `update(entries)` of the result shows new and changed entries.
 *
 * @param {{approve: (entry: object, isApproved: boolean) => void, hasRecord: boolean}} options
 */
export function entryList({ approve, hasRecord }) {
  const items = new Map();
  // Nothing here is read out as it comes: the agent is heard, and its words change while they light up.
  const list = h("ol.talk-list");
  const show = { user, agent, tool, note };
  /** The first tool of which nothing came but that it ran. */
  let bare = null;

  list.update = (entries) => {
    for (const entry of entries) {
      let item = items.get(entry.id);
      if (!item) {
        items.set(entry.id, (item = h(`li.talk-entry.${entry.role}`)));
        list.append(item);
      }
      show[entry.role](item, entry);
    }
  };
  list.clear = () => {
    items.clear();
    bare = null;
    list.replaceChildren();
  };
  return list;

  function user(item, { text, isTyped }) {
    item.replaceChildren(h("span.unseen", isTyped ? "You wrote: " : "You said: "), h("span.talk-text", text));
  }

  /** Only the texts of three spans change while words light up. */
  function agent(item, entry) {
    if (!item.firstChild) {
      item.parts = [h("span"), h("span.now"), h("span.rest")];
      item.foot = h("span.talk-foot");
      item.append(h("span.unseen", "Agent: "), h("span.talk-text", item.parts), item.foot);
    }
    const { text, isInterrupted, latency } = entry;
    const isAll = entry.heard >= text.length || isInterrupted;
    // The space before what was not heard is not struck out.
    const heard = isInterrupted ? text.length - text.slice(entry.heard).trimStart().length : entry.heard;
    const now = isAll ? heard : text.lastIndexOf(" ", entry.heard - 1) + 1;
    const texts = [text.slice(0, now), text.slice(now, heard), text.slice(heard)];
    texts.forEach((part, index) => {
      if (item.parts[index].textContent !== part) item.parts[index].textContent = part;
    });
    item.classList.toggle("cut", isInterrupted);
    const foot = [
      entry.isHuman ? h("span", "a person, with the agent's voice") : null,
      latency ? h("span.figure", { title: latencyHelp[latency.from] }, `after ${milliseconds(latency.milliseconds)}`) : null,
      isInterrupted ? h("span", entry.heard ? "interrupted; the rest was not heard" : "interrupted before it was heard") : null,
    ].filter(Boolean);
    if (item.foot.textContent !== foot.map((part) => part.textContent).join("")) item.foot.replaceChildren(...foot);
  }

  function tool(item, entry) {
    const { state, answered, description, patience } = entry;
    const wasOpen = item.querySelector("details")?.open ?? false;
    const isAsked = state === "waiting" && answered === null;
    const box = toolBox(entry, wasOpen || isAsked);
    item.replaceChildren(box);
    if (hasRecord && box.tagName === "DIV" && state === "done") bare ??= entry.id;
    if (bare === entry.id) item.append(h("p.help", "What tools were asked and what they answered is in the call's record. The latter is shown here too if the agent's client_events name agent_tool_response_full_payload."));
    if (!isAsked) return;
    const choose = (isApproved) => () => {
      item.querySelector("details")?.removeAttribute("open");
      approve(entry, isApproved);
    };
    item.append(
      h("p.help", description ?? "The agent wants to use this tool of an MCP server.", ` Without an answer within ${patience} seconds it is refused.`),
      h(
        "div.row",
        h("button.button.primary", { onclick: choose(true) }, "Approve"),
        h("button.button", { onclick: choose(false) }, "Refuse"),
      ),
    );
  }

  function note(item, { text, conversationID }) {
    const link = hasRecord && conversationID ? h("a", { href: address("conversations", conversationID) }, "Open its record") : null;
    item.replaceChildren(h("span", text), link ? " " : "", link ?? "");
  }
}
