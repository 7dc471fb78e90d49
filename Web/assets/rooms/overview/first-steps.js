// The first steps of somebody who has just started the server.

import { h } from "../../core/dom.js";
import { address } from "../../core/router.js";

/** The steps for a server with these agents, as words and a place to go. */
export function stepsFor(agents) {
  const agent = agents.find(({ agent_id: id }) => id.startsWith("agent_demo")) ?? agents[0];
  if (!agent) {
    return [{ title: "Make your first agent", text: "An agent is a prompt, a voice and what it may do. Begin with an example or from nothing.", link: "Make an agent", href: address("agents", "new") }];
  }
  return [
    {
      title: `Talk to ${agent.name || "your agent"}`,
      text: "Press one button and speak. You see what it hears, what it says and how long it takes to answer.",
      link: "Talk", href: address("talk", { agent_id: agent.agent_id }),
    },
    {
      title: "Change its prompt",
      text: "The prompt tells the agent who it is and what it knows. Change a price or a name, save, and ask again.",
      link: "Open the agent", href: address("agents", agent.agent_id),
    },
    {
      title: "Connect your own program",
      text: "Web pages, Python, Swift and JavaScript programs talk to the same agent. The lines to copy are on the agent's page.",
      link: "See how", href: address("agents", agent.agent_id, { tab: "connect" }),
    },
  ];
}

export function firstSteps(agents) {
  return h(
    "section.card.overview-steps",
    h("h2", "First steps"),
    h("p.quiet", "Nobody has called yet. Figures and charts appear here with the first call."),
    h("ol", stepsFor(agents).map(({ title, text, link, href }, index) => h(
      "li",
      h("div.grow", h("h3", title), h("p.quiet", text)),
      h(index === 0 ? "a.button.primary" : "a.button", { href }, link),
    ))),
  );
}
