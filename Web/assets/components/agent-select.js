// A choice among the workspace's agents, or all of them.

import { pages } from "../core/api.js";
import { select } from "./field.js";

/** Can be used at once: the names come when the server has given them, and an id that is chosen already stays meanwhile. */
export function agentSelect(members, signal) {
  const control = select([["", "All agents"]], members);
  const add = (agents) => {
    const known = new Map([...control.options].map((option) => [option.value, option]));
    for (const { agent_id: id, name } of agents) {
      if (known.has(id)) known.get(id).textContent = name || id;
      else control.append(new Option(name || id, id));
    }
  };
  pages("/v1/convai/agents", "agents", {}, { signal }).then(add, () => {});
  return control;
}
