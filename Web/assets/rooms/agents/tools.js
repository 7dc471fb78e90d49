// The tab of what the agent can do: the server's tools, system tools, and tools of MCP servers.

import { h } from "../../core/dom.js";
import { address } from "../../core/router.js";
import { systemTools } from "../../core/tool-choices.js";
import { toggle } from "../../components/field.js";
import { badge, notice, pending } from "../../components/page.js";
import { pathOf } from "./draft.js";
import { bound, rows, switchField } from "./fields.js";

const BUILT_IN = "agent.prompt.built_in_tools.";
const condition = { path: ["condition"], label: "When" };

/** The lists of places that a call can be handed over to. */
const transfers = {
  transfer_to_agent: {
    label: "Agent", add: "Add an agent", blank: { agent_id: "", condition: "" },
    columns: [{ path: ["agent_id"], label: "Agent", options: "agents" }, condition, { path: ["transfer_message"], label: "What is said before" }],
  },
  transfer_to_number: {
    label: "Number", add: "Add a number", blank: { transfer_destination: { type: "phone", phone_number: "" }, condition: "", transfer_type: "conference" },
    columns: [{ path: ["transfer_destination", "phone_number"], label: "Telephone number" }, condition],
  },
};

export function toolsTab(editor) {
  return h(
    "div.stack",
    h("section.card", h("div.stack", h("h2", "Tools"), inline(editor), chosen(editor, "agent.prompt.tool_ids", "tools"))),
    h("section.card", h("div.stack", h("h2", "System tools"), h("p.help", "What the agent itself can do in a call."), Object.entries(systemTools).map(([name, [label, help]]) => systemTool(editor, name, label, help)))),
    h("section.card", h("div.stack", h("h2", "MCP servers"), chosen(editor, "agent.prompt.mcp_server_ids", "mcp"))),
  );
}

/** Tools that are written into the agent, as older programs do. */
function inline(editor) {
  const text = h("p.help");
  editor.onRefresh(() => {
    const names = (editor.draft.get(pathOf("agent.prompt.tools")) ?? []).map(({ name }) => name);
    text.hidden = names.length === 0;
    text.textContent = `Written into this agent, to be edited in the JSON: ${names.join(", ")}.`;
  });
  return text;
}

const kinds = {
  tools: { room: "tools", none: "There are no tools yet.", make: "Make a tool", missing: "This tool is not on the server any more." },
  mcp: { room: "mcp", none: "There are no MCP servers yet.", make: "Add an MCP server", missing: "This MCP server is not known any more." },
};

/** Check boxes for what the server holds, and for ids that the agent names although nothing is there. */
function chosen(editor, name, kind) {
  const path = pathOf(name);
  const { room, none, make, missing } = kinds[kind];
  const ids = () => editor.draft.get(path) ?? [];
  const problem = h("p.problem", { role: "alert" });
  editor.onRefresh(() => (problem.textContent = editor.problemAt(path)));

  function entry(id, title, help) {
    const box = toggle({
      label: title,
      help,
      role: "checkbox",
      oninput: ({ currentTarget }) => editor.set(path, currentTarget.checked ? [...ids(), id] : ids().filter((other) => other !== id)),
    });
    editor.onRefresh(() => (box.control.checked = ids().includes(id)));
    return h("li.agents-choice", box, help === missing ? badge("Missing", "caution") : h("a", { href: address(room, id), aria: { label: `Open ${title}` } }, "Open"));
  }

  return h(
    "div.stack",
    pending(async () => {
      const items = await editor.list(kind);
      const unknown = ids().filter((id) => !items.some((item) => item.id === id));
      const entries = [...items.map(({ id, title, help }) => entry(id, title, help)), ...unknown.map((id) => entry(id, id, missing))];
      return entries.length ? h("ul.stack", entries) : notice(none);
    }),
    problem,
    h("p", h("a", { href: address(room, "new", { agent: editor.id }) }, make)),
  );
}

function systemTool(editor, name, label, help) {
  const path = pathOf(BUILT_IN + name);
  const control = switchField({ label, help });
  const details = transfers[name] && h("div.agents-details", rows(editor, `${BUILT_IN}${name}.params.transfers`, transfers[name]));
  const message = name === "voicemail_detection" ? bound(editor, { path: `${BUILT_IN}${name}.params.voicemail_message`, kind: "area", rows: 2, label: "Message", help: "Empty: it hangs up at once." }) : null;
  // What it was before it was switched off comes back when it is switched on again.
  let former = null;
  control.control.addEventListener("input", () => {
    if (control.control.checked) return editor.set(path, former ?? {});
    former = editor.draft.get(path);
    editor.set(path, null);
  });
  editor.onRefresh(() => {
    const isOn = (editor.draft.get(path) ?? null) !== null;
    control.control.checked = isOn;
    for (const part of [details, message]) if (part) part.hidden = !isOn;
    control.problem(editor.problemAt(path));
  });
  return [control, details, message];
}
