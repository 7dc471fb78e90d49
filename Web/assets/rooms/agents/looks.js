// The tabs about the agent outside of its calls: what clients may override, the widget's looks, and how to reach it.

import { h, svg } from "../../core/dom.js";
import { spelledOut } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { codeBlock } from "../../components/copy.js";
import { pathOf } from "./draft.js";
import { forms } from "./fields.js";
import { at, isObject } from "../../core/paths.js";
import { groups, placeOf } from "./settings.js";
import { snippets } from "./snippets.js";

const OVERRIDES = "platform_settings.overrides.conversation_config_override";
const sections = { agent: "Agent", asr: "Listening", tts: "Voice", turn: "Turn taking", conversation: "Conversation" };

/** The permissions of the configuration, one switch each, as the server lists them. */
export function overridesTab(editor) {
  const permissions = editor.draft.get(pathOf(OVERRIDES)) ?? {};
  const lists = Object.entries(sections)
    .filter(([name]) => isObject(permissions[name]))
    .map(([name, title]) => ({
      title,
      settings: flags(permissions[name], [name]).map((steps) => ({ path: [OVERRIDES, ...steps].join("."), kind: "switch", label: placeOf(pathOf(steps.join(".")))?.label ?? spelledOut(steps) })),
    }));
  const lead = h("p.quiet", "A client may set these for its own call, such as the name of the caller in the first message. Repeating the agent's own value is always allowed; anything else ends the call.");
  return h("div.stack", lead, forms(editor, [...lists, ...groups.overrides]));
}

const flags = (value, path) => Object.entries(value).flatMap(([name, inner]) => (isObject(inner) ? flags(inner, [...path, name]) : [[...path, name]]));

export function widgetTab(editor) {
  const page = h("div.agents-site", { role: "img", aria: { label: "A page with the widget" } }, [80, 100, 92, 60].map((width) => {
    const line = h("span.line");
    line.style.width = `${width}%`;
    return line;
  }));
  const widget = h("div.agents-widget");
  page.append(widget);
  editor.onRefresh(() => draw(widget, editor.draft.get(pathOf("platform_settings.widget")) ?? {}));
  const picture = h("div.stack", page, h("p.help", "Drawn simply. Pictures of other hosts show on your own pages only."));
  return h("div.agents-beside", picture, forms(editor, groups.widget));
}

function draw(widget, look) {
  const [avatar, button] = [h("span.avatar"), h("span.start", svg(icons.talk), look.variant === "tiny" ? null : look.start_call_text || "Start a call")];
  const { color_1: first = "#2792dc", color_2: second = "#9ce6e6" } = look.avatar ?? {};
  const round = (value, otherwise) => (Number.isFinite(value) ? `${value}px` : otherwise);
  Object.assign(avatar.style, { backgroundImage: `linear-gradient(135deg, ${first}, ${second})` });
  Object.assign(button.style, { backgroundColor: look.btn_color, color: look.btn_text_color, borderRadius: round(look.btn_radius, "1.5rem") });
  Object.assign(widget.style, { backgroundColor: look.bg_color, color: look.text_color, borderColor: look.border_color, borderRadius: round(look.border_radius, "1.5rem") });
  widget.dataset.placement = look.placement ?? "bottom-right";
  widget.dataset.variant = look.variant ?? "full";
  const words = look.variant === "tiny" || look.variant === "compact" ? null : h("span", look.action_text || "Need help?");
  widget.replaceChildren(...[avatar, words, button].filter(Boolean));
}

export function embedTab(editor) {
  const body = h("div.stack");
  let drawn = null;
  editor.onRefresh(() => {
    const isPrivate = at(editor.draft.base, pathOf("platform_settings.auth.enable_auth")) === true;
    if (isPrivate === drawn) return;
    drawn = isPrivate;
    const parts = snippets({ origin: location.origin, id: editor.id, isPrivate });
    body.replaceChildren(...parts.map(({ title, help, code }) => h("section.card", h("div.stack", h("h2", title), h("p.help", help), codeBlock(code, `${title} code`)))));
  });
  return body;
}
