// MCP servers: their list, a new one, and one of them.

import { get } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { counted } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { address } from "../../core/router.js";
import { badge, empty, page, pending } from "../../components/page.js";
import { table } from "../../components/table.js";
import { policies } from "./words.js";

/** Milliseconds that a server is waited for. */
const PATIENCE = 60_000;
export const PATH = "/v1/convai/mcp-servers";

export const pathOf = (id) => `${PATH}/${encodeURIComponent(id)}`;

/** The tools that a server lists now. */
export const toolsOf = (id, signal) => get(`${pathOf(id)}/tools`, {}, { signal, patience: PATIENCE });

export async function open(place, signal) {
  const [id] = place.parts;
  if (id === "new") return (await import("./new.js")).openNew(place, signal);
  if (id) return (await import("./server.js")).openServer(id, place, signal);
  const columns = [
    { title: "Name", cell: (server) => h("a.whole", { href: address("mcp", server.id) }, server.config.name) },
    { title: "Right now", cell: (server) => state(server.id, signal) },
    { title: "Address", cell: ({ config }) => h("span.mono.one-line", urlText(config.url)) },
    { title: "Approvals", cell: ({ config }) => policies[config.approval_policy]?.[0] ?? config.approval_policy },
    { title: "Agents", number: true, cell: (server) => server.dependent_agents.length },
  ];
  return page(
    "MCP servers",
    { lead: "Servers whose tools agents can use, by the Model Context Protocol.", actions: [h("a.button.primary", { href: address("mcp", "new") }, svg(icons.add), "Connect a server")] },
    h("div.card.flush", pending(async () => {
      const { mcp_servers: servers } = await get(PATH, {}, { signal });
      return servers.length ? table(columns, servers, { caption: "MCP servers" }) : nothing();
    })),
  );
}

/** A URL as it can be shown; it may be a secret. */
export const urlText = (url) => (typeof url === "string" ? url : `Secret ${url?.secret_id ?? ""}`);

const nothing = () =>
  empty(
    "No MCP server yet",
    "Connect one by its address. Its tools are offered to the agents that name it, beside their own. A server that is a program with pipes needs a proxy that speaks HTTP before it.",
    h("a.button.primary", { href: address("mcp", "new") }, "Connect a server"),
    h("a.button", { href: address("tools") }, "Tools of your own"),
  );

/** Whether a server answers, once it is known. */
function state(id, signal) {
  const place = h("span.row", badge("Being asked…"));
  toolsOf(id, signal)
    .then(({ success, tools, error_message: message }) => place.replaceChildren(success ? badge(counted(tools.length, "tool"), "good") : badge("Does not answer", "alarm", { title: message ?? "" })))
    .catch(() => place.replaceChildren(badge("Not known")));
  return place;
}
