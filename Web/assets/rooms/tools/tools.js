// The tools of the workspace: their list, and one of them.

import { get } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { count, milliseconds } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { latest } from "../../core/poll.js";
import { address, note } from "../../core/router.js";
import { searchInput, select } from "../../components/field.js";
import { badge, empty, failure, page } from "../../components/page.js";
import { pagedTable } from "../../components/table.js";
import { summary, typeNames } from "./config.js";

export async function open(place, signal) {
  if (place.parts[0]) return (await import("./editor.js")).openEditor(place.parts[0], place, signal);
  const choice = { search: place.query.get("search") ?? "", types: place.query.get("type") ?? "" };
  const results = h("div.card.flush", h("div.pending"));

  const load = latest(signal, async (asking) => {
    note({ search: choice.search, type: choice.types });
    try {
      const ask = (cursor) => get("/v1/convai/tools", { ...choice, page_size: 50, cursor }, { signal: asking });
      const first = await ask();
      results.replaceChildren(first.tools.length ? pagedTable(columns, first, { member: "tools", ask, caption: "Tools" }) : nothing(choice));
    } catch (error) {
      if (!asking.aborted) results.replaceChildren(failure(error, load));
    }
  });

  const search = searchInput({ label: "Search tools", placeholder: "Search by name", value: choice.search, onsearch: (text) => ((choice.search = text), load()), signal });
  const type = select([["", "All types"], ...Object.entries(typeNames)], { value: choice.types, aria: { label: "Type" }, onchange: () => ((choice.types = type.value), load()) });
  load();
  return page(
    "Tools",
    { lead: "What agents can do besides talking. A tool is stored once, and chosen by any agent.", actions: [h("a.button.primary", { href: address("tools", "new") }, svg(icons.add), "New tool")] },
    h("div.row.tools-search", h("div.grow", search), h("div", type)),
    results,
  );
}

function nothing({ search, types }) {
  if (search || types) return empty("No tool found", "No tool has this in its name. Try fewer letters, or all types.");
  return empty(
    "No tools yet",
    "A tool lets an agent look something up or change something: ask your server, call a function of the page, hand the call over. Tools of MCP servers have their own room.",
    h("a.button.primary", { href: address("tools", "new") }, "Make a tool"),
    h("a.button", { href: address("mcp") }, "MCP servers"),
  );
}

const columns = [
  { title: "Name", cell: ({ id, tool_config: config }) => h("div.tools-name", h("a.whole.mono", { href: address("tools", id) }, config.name), h("span.help", config.description)) },
  { title: "Type", cell: ({ tool_config: config, metadata }) => h("div.row", badge(typeNames[config.type] ?? config.type), metadata?.warnings?.length ? badge(metadata.warnings.length === 1 ? "Warning" : `${metadata.warnings.length} warnings`, "caution", { title: metadata.warnings.join("\n") }) : null) },
  { title: "What it does", cell: ({ tool_config: config }) => h("span.mono.one-line", summary(config)) },
  { title: "Calls", number: true, cell: ({ usage_stats: usage }) => count(usage.total_calls) },
  { title: "Takes on average", number: true, cell: ({ usage_stats: usage }) => (usage.total_calls ? milliseconds(usage.avg_latency_secs * 1000) : "—") },
];
