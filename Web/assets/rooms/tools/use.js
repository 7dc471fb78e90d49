// Who uses a tool, and what became of its calls.

import { get, pages } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { milliseconds, pretty, when } from "../../core/format.js";
import { address } from "../../core/router.js";
import { toggle } from "../../components/field.js";
import { badge, empty, pending, section } from "../../components/page.js";
import { pagedTable } from "../../components/table.js";
import { agentList } from "../../components/used-by.js";

export function useView(id, signal) {
  const path = `/v1/convai/tools/${encodeURIComponent(id)}`;
  const agents = pages(`${path}/dependent-agents`, "agents", {}, { signal });
  return h(
    "div.stack",
    section("Agents that use it", pending(async () => agentList(await agents))),
    executions(path, agents, signal),
  );
}

function executions(path, agents, signal) {
  const names = new Map();
  const ask = (cursor, isError) => get(`${path}/executions`, { page_size: 30, cursor, is_error: isError ? true : null }, { signal });
  const failures = toggle({ label: "Only failures", onchange: () => place.replaceChildren(load()) });
  const load = () => pending(async () => {
    const isError = failures.control.checked;
    const [first, users] = await Promise.all([ask(null, isError), agents.catch(() => [])]);
    for (const { id, name } of users) names.set(id, name);
    return listed(first, isError);
  });
  const columns = [
    { title: "When", cell: (run) => h("a", { href: address("conversations", run.conversation_id) }, when(run.timestamp)) },
    { title: "Agent", cell: (run) => names.get(run.agent_id) || h("span.mono", run.agent_id) },
    { title: "Outcome", cell: (run) => (run.is_error ? badge(run.error_type ?? "Failed", "alarm") : run.response_payload === null ? badge("No answer", "caution") : badge("Done", "good")) },
    { title: "Took", number: true, cell: (run) => milliseconds(run.latency_secs * 1000) },
    { title: "Request and answer", cell: (run) => h("details.tools-run", h("summary", summaryOf(run)), h("h3.small", "Request"), h("pre", pretty(run.request_payload)), h("h3.small", "Answer"), h("pre", pretty(run.response_payload ?? run.error_message))) },
  ];

  function listed(first, isError) {
    if (first.executions.length === 0) {
      return isError ? empty("No failures", "No call of this tool has failed.") : empty("Not called yet", "Calls appear here with what was asked and what came back, as soon as an agent uses the tool.");
    }
    return pagedTable(columns, first, { member: "executions", ask: (cursor) => ask(cursor, isError), caption: "Calls of this tool" });
  }

  const place = h("div");
  place.append(load());
  return h("section.card.stack.section", h("div.row.spread", h("h2", "Calls"), failures), place);
}

const summaryOf = ({ request_payload: request }) => h("span.mono.one-line", request || "{}");
