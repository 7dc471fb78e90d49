// The tabs of an agent, and the short ones among them.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { milliseconds } from "../../core/format.js";
import { address } from "../../core/router.js";
import { pathOf } from "./draft.js";
import { bound, forms } from "./fields.js";
import { jsonTab } from "./json.js";
import { embedTab, overridesTab, widgetTab } from "./looks.js";
import { groups } from "./settings.js";
import { toolsTab } from "./tools.js";
import { turnTab, voiceTab } from "./voice.js";
import { variablesIn } from "./words.js";

const tabs = [
  ["agent", "Agent", agentTab],
  ["model", "Model", (editor) => forms(editor, groups.model, [speed(editor)])],
  ["voice", "Voice", voiceTab],
  ["turn", "Turn taking", turnTab],
  ["tools", "Tools", toolsTab],
  ["knowledge", "Knowledge", knowledgeTab],
  ["limits", "Limits", (editor) => forms(editor, groups.limits)],
  ["privacy", "Privacy", (editor) => forms(editor, groups.privacy)],
  ["overrides", "Overrides", overridesTab],
  ["widget", "Widget", widgetTab],
  ["json", "JSON", jsonTab],
  ["connect", "Embed", embedTab],
];

export const tabEntries = (editor) => tabs.map(([id, title, open]) => ({ id, title, open: () => open(editor) }));

function agentTab(editor) {
  return h("div.stack", forms(editor, groups.agent), variables(editor));
}

const TEXTS = ["agent.prompt.prompt", "agent.first_message", "agent.max_conversation_duration_message", "turn.soft_timeout_config.message"].map(pathOf);
const VALUES = pathOf("agent.dynamic_variables.dynamic_variable_placeholders");
/** Milliseconds after the last key before a text is searched for variables again. */
const PAUSE = 400;

/** A field for the value of each variable that the texts name. */
function variables(editor) {
  const fields = new Map();
  const body = h("div.fields");
  const others = h("p.help");
  const card = h("section.card", h("div.stack", h("h2", "Values of variables"), h("p.help", "Used where the client gives none. Without either, a call does not begin."), body, others));
  let timer;
  function look() {
    timer = undefined;
    const found = variablesIn(TEXTS.map((path) => editor.draft.get(path)));
    const given = Object.entries(editor.draft.get(VALUES) ?? {}).filter(([, value]) => value !== null);
    const names = [...new Set([...found.filter(({ by }) => by === "caller"), ...given.map(([name]) => ({ name }))].map(({ name }) => name))];
    for (const name of names) {
      if (!fields.has(name)) fields.set(name, bound(editor, { path: [...VALUES, name], kind: "text", label: name }));
    }
    const shown = names.map((name) => fields.get(name));
    if (shown.length !== body.childElementCount || shown.some((field, index) => body.children[index] !== field)) body.replaceChildren(...shown);
    const own = found.filter(({ by }) => by === "server").map(({ name }) => name);
    others.textContent = own.length ? `Filled in by the server: ${own.join(", ")}.` : "";
    card.hidden = shown.length + own.length === 0;
  }
  look();
  editor.onRefresh(() => (timer ??= setTimeout(look, PAUSE)));
  return card;
}

/** How soon the agent's answers have begun of late. */
function speed(editor) {
  const text = h("p.help", "How soon its answers begin is measured in calls.");
  const now = Math.floor(Date.now() / 1000);
  const week = 7 * 86_400;
  get("/v1/parley/statistics", { from: now - week, to: now, step: week, agent_id: editor.id }, { signal: editor.signal }).then(
    ({ total }) => {
      const latency = total?.latency_ms;
      if (latency) text.textContent = `Measured in this agent's calls of the last seven days: half of its answers began within ${milliseconds(latency.p50)}, 95 of 100 within ${milliseconds(latency.p95)}.`;
    },
    () => {},
  );
  return text;
}

function knowledgeTab(editor) {
  const count = (editor.draft.get(pathOf("agent.prompt.knowledge_base")) ?? []).length;
  const part = (title, words, room, link) => h("section.card", h("div.stack", h("h2", title), h("p", words), h("p", h("a", { href: address(room) }, link))));
  return h(
    "div.stack",
    part("Knowledge", `Documents that the agent looks things up in are to come.${count ? ` The ${count} that this agent names are kept.` : ""} Today the facts it needs stand in its prompt.`, "knowledge", "About knowledge"),
    part("Workflow", "A conversation in steps, with an agent for each, is to come. Today an agent hands over to another one, under Tools.", "workflows", "About workflows"),
  );
}
