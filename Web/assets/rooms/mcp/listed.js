// The tools of a server as it lists them now: which of them may run without asking, and what is set for each.

import { patch, post, remove } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { counted } from "../../core/format.js";
import { confirmAction } from "../../components/dialog.js";
import { radios } from "../../components/field.js";
import { badge, empty, pending, section } from "../../components/page.js";
import { attempt, said } from "../../components/toast.js";
import { pathOf, toolsOf } from "./mcp.js";
import { overrideDialog } from "./override.js";
import { approvalOf, argumentsOf, changesOf, policies, remedyFor } from "./words.js";

/** `server` takes in what the server has after each change. */
export function toolsView(server, signal) {
  const place = h("div");
  const load = () => place.replaceChildren(pending(async () => answered(await toolsOf(server.id, signal))));

  /** Does something to the server, and shows its tools anew. */
  const change = (button, action, words) => attempt(button, async () => {
    const answer = await action();
    if (answer?.config) Object.assign(server, answer);
    said(words);
    const name = button?.closest("li")?.dataset.tool;
    const list = answered(await toolsOf(server.id, signal));
    place.replaceChildren(list);
    if (name) list.querySelector(`li[data-tool="${CSS.escape(name)}"] button`)?.focus();
  });

  function answered({ success, tools, tool_approval_statuses: statuses, error_message: message }) {
    const again = h("button.button", { onclick: load }, "Ask again");
    if (!success) {
      return h("div.notice.alarm.stack", { role: "alert" }, h("p", h("strong", "This server gives no tools right now.")), message ? h("p", message) : null, h("p", remedyFor(message)), h("div.row", again));
    }
    const byName = new Map((statuses ?? []).map((status) => [status.tool_id, status]));
    const statusOf = ({ name }) => byName.get(`mcp:${server.id}:${name}`) ?? null;
    const isPerTool = server.config.approval_policy === "require_approval_per_tool";
    const open = isPerTool ? tools.filter((tool) => statusOf(tool)?.state !== "up_to_date") : [];
    return h(
      "section.card.stack.section",
      h("div.row.spread", h("h2", counted(tools.length, "tool")), h("div.row", open.length > 1 ? approveAll(open) : null, again)),
      message ? h("p.notice.caution", message) : null,
      tools.length
        ? h("ul.mcp-tools", tools.map((tool) => item(tool, isPerTool ? statusOf(tool) : undefined)))
        : empty("The server offers no tools", "It answers, but lists nothing. Look into its own settings, and ask again."),
    );
  }

  const approve = (tool, policy) =>
    post(`${pathOf(server.id)}/tool-approvals`, { tool_name: tool.name, tool_description: tool.description ?? "", input_schema: tool.inputSchema, approval_policy: policy });

  function approveAll(tools) {
    const button = h("button.button", {
      async onclick() {
        const isSure = await confirmAction("Approve all of them?", `${tools.map(({ name }) => name).join(", ")} will run without asking.`, "Approve all", { danger: false });
        if (!isSure) return;
        change(button, async () => {
          let answer;
          for (const tool of tools) answer = await approve(tool, "auto_approved");
          return answer;
        }, "All tools are approved as they are now.");
      },
    }, `Approve all ${tools.length}`);
    return button;
  }

  function item(tool, status) {
    const override = (server.config.tool_config_overrides ?? []).find(({ tool_name: name }) => name === tool.name);
    const own = h("button.button", { onclick: async () => (await overrideDialog(server, tool, override)) && change(own, () => null, "Saved.") }, override ? "Change its settings" : "Own settings");
    return h(
      "li",
      { dataset: { tool: tool.name } },
      h(
        "div.stack.mcp-about",
        h("div.row", h("h3.mono", tool.name), status === undefined ? null : badge(...approvalOf(status).slice(0, 2)), override ? badge("Own settings", "accent") : null, tool.annotations?.readOnlyHint ? badge("Says that it only reads") : null),
        tool.description ? h("p", tool.description) : h("p.quiet", "The server says nothing about it."),
        h("p.help", "Arguments: ", h("span.mono", argumentsOf(tool.inputSchema) || "none")),
        status === undefined ? null : h("p.help", approvalOf(status)[2]),
        status?.state === "needs_review" ? changes(tool, status) : null,
      ),
      h("div.row.mcp-actions", status === undefined ? null : approvals(tool, status), own),
    );
  }

  function changes(tool, { approved_definition: approved }) {
    return h("div.notice.stack.mcp-changes", h("strong", "What changed"), h("ul.stack", changesOf(approved, tool).map(({ text, before, after }) => h(
      "li",
      h("p", text),
      before === undefined ? null : h("p.small", h("span.quiet", "Before: "), h("del", before || "nothing")),
      after === undefined ? null : h("p.small", h("span.quiet", "Now: "), h("ins", after || "nothing")),
    ))));
  }

  function approvals(tool, status) {
    const isKnown = status?.state === "up_to_date";
    const button = (text, kind, action, words) => {
      const element = h(kind ? `button.button.${kind}` : "button.button", { onclick: () => change(element, action, words) }, text);
      return element;
    };
    return [
      isKnown && status.approval_policy === "auto_approved" ? null : button("Approve", status?.state === "needs_review" ? "primary" : null, () => approve(tool, "auto_approved"), `${tool.name} runs without asking.`),
      isKnown && status.approval_policy === "requires_approval" ? null : button("Ask each time", null, () => approve(tool, "requires_approval"), `Each call of ${tool.name} asks.`),
      status && status.state !== "not_approved" ? button("Withdraw", null, () => remove(`${pathOf(server.id)}/tool-approvals/${encodeURIComponent(tool.name)}`), `${tool.name} is not approved any more.`) : null,
    ];
  }

  load();
  return h("div.stack", policyChoice(server, load), place);
}

/** Who is asked before a tool runs; a choice counts at once. */
function policyChoice(server, load) {
  const change = async (policy) => {
    try {
      Object.assign(server, await patch(`${pathOf(server.id)}/approval-policy`, { approval_policy: policy }));
    } finally {
      for (const other of document.getElementsByName("policy")) other.checked = other.value === server.config.approval_policy;
    }
    said(`${policies[policy][0]}: calls that begin from now on follow it.`);
    load();
  };
  return section("Approvals", radios(Object.entries(policies).map(([policy, words]) => [policy, ...words]), {
    legend: h("legend.unseen", "Approvals"), name: "policy", value: server.config.approval_policy,
    onchange: (policy, input) => attempt(input, () => change(policy)).then(() => input.focus()),
  }));
}
