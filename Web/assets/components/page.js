// A room's frame: its heading with actions, and what stands there while nothing or not yet anything does.

import { h, svg } from "../core/dom.js";
import { icons } from "../core/icons.js";

/** A page with its heading. The heading gets the focus when the room opens, so that screen readers say where one is. */
export function page(title, { lead = null, actions = [], back = null } = {}, ...content) {
  document.title = `${title} · Parley`;
  return h(
    "div.page",
    h(
      "div.page-head",
      back ? h("a.button.icon.plain", { href: back.href, aria: { label: back.label } }, svg(icons.back)) : null,
      h("div.titles", h("h1", { tabindex: "-1" }, title), lead ? h("p.quiet", lead) : null),
      actions.length ? h("div.actions", actions) : null,
    ),
    content,
  );
}

/** Says what is not there yet, and what to do about it. */
export function empty(title, text, ...actions) {
  return h("div.empty", h("h2", title), h("p", text), actions.length ? h("div.row", actions) : null);
}

export function notice(text, kind = null) {
  return h(kind ? `div.notice.${kind}` : "div.notice", { role: kind === "alarm" ? "alert" : null }, text);
}

/** What failed, with a button that tries it again. */
export function failure(error, again) {
  return h("div.notice.alarm", { role: "alert" }, h("p", error.message), h("div.row", h("button.button", { onclick: again }, "Try again")));
}

/** A part of a page, with its heading. */
export const section = (title, ...content) => h("section.card.stack.section", h("h2", title), content);

/** A figure with what it means. */
export const tile = (title, value, text) => h("div.tile", h("h2.quiet.small", title), h("p.value", value), h("p.help", text));

/** The place of something that is being fetched; replaced by what `load` gives, or by its error with a way to try again. */
export function pending(load) {
  const place = h("div.pending", { aria: { busy: "true" } });
  const attempt = async () => {
    try {
      place.replaceWith(await load());
    } catch (error) {
      if (error.name === "AbortError") return;
      const words = failure(error, () => words.replaceWith(pending(load)));
      place.replaceWith(words);
    }
  };
  attempt();
  return place;
}

/** A label with a state: kind is null, "good", "caution", "alarm" or "accent". */
export const badge = (text, kind = null, members = {}) => h(kind ? `span.badge.${kind}` : "span.badge", members, text);
