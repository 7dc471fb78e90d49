// The room of workflows, which the server does not follow yet.

import { h } from "../../core/dom.js";
import { address } from "../../core/router.js";
import { page } from "../../components/page.js";

export async function open() {
  return page(
    "Workflows",
    { lead: "Conversations that follow steps." },
    h("div.card", h(
      "div.stack",
      h("h2", "Not on this server yet"),
      h("p", "This room will hold the steps of a conversation as a picture: who speaks, what is asked, and where it goes from there. The server does not follow workflows so far: one that comes with an imported agent is kept, and the agent answers from its prompt alone."),
      h("h3", "What you can do today"),
      h(
        "ul.bullets",
        h("li", "Make an agent for each part of the conversation, and have one hand the call over to the next with the tool “transfer to agent”, under ", h("a", { href: address("agents") }, "Agents"), "."),
        h("li", "Write the order of the questions into the prompt."),
        h("li", "Let a ", h("a", { href: address("tools") }, "tool"), " decide what comes next: its answer can set variables that the prompt names."),
      ),
    )),
  );
}
