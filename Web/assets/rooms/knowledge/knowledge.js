// The room of the knowledge base, which the server does not have yet.

import { h } from "../../core/dom.js";
import { address } from "../../core/router.js";
import { page } from "../../components/page.js";

export async function open() {
  return page(
    "Knowledge",
    { lead: "Documents that agents look things up in." },
    h("div.card", h(
      "div.stack",
      h("h2", "Not on this server yet"),
      h("p", "This room will hold documents, pages and texts, which agents search while they talk. The server has no knowledge base so far: what an agent's configuration names of one is kept, and has no effect in calls."),
      h("h3", "What you can do today"),
      h(
        "ul.bullets",
        h("li", "Write what the agent should know into its prompt, under ", h("a", { href: address("agents") }, "Agents"), ". A page or two is answered fastest that way."),
        h("li", "Give the agent a ", h("a", { href: address("tools") }, "tool"), " or an ", h("a", { href: address("mcp") }, "MCP server"), " that looks things up in a system of yours."),
        h("li", "Let callers send files in a call: texts, PDFs and, where the model sees, pictures."),
      ),
    )),
  );
}
