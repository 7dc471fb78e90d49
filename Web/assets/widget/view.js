// The widget's elements: built once for the settings and the language, then shown, hidden and relabelled.

import { h, svg } from "../core/dom.js";
import { icons as shared } from "../core/icons.js";
import { markdownOf, parseMarkdown, withoutTags } from "./rich.js";
import { mayLink, partsOf, statusOf } from "./settings.js";

/** Milliseconds between two signs that the person types. */
const TYPING = 1000;

const icons = {
  write: shared.conversations,
  voice: shared.talk,
  muted: shared.mute,
  close: shared.close,
  call: "M8.500 4h-3A1.500 1.500 0 0 0 4 5.600C4.700 13.500 10.500 19.300 18.400 20a1.500 1.500 0 0 0 1.600-1.500v-3l-4.200-1.300-1.800 1.900a12 12 0 0 1-6.100-6.100l1.900-1.800L8.500 4Z",
  send: "M12 19V5M6 11l6-6 6 6",
  open: "M6 15l6-6 6 6",
  star: "M12 3.500l2.600 5.400 5.900.8-4.300 4.100 1 5.900-5.200-2.800-5.200 2.800 1-5.900-4.300-4.100 5.900-.8L12 3.500Z",
};

/** A button with an icon; its label is seen beside it if `isWide`, and otherwise when the pointer rests on it. */
function button(classes, icon, label, onclick, isWide = true) {
  const name = isWide ? {} : { title: label, aria: { label } };
  return h(`button.button${isWide ? "" : ".icon"}${classes}`, { onclick, ...name }, svg(icons[icon]), isWide ? h("span", label) : null);
}

function relabel(element, icon, label) {
  if (element.title === label) return;
  element.title = label;
  element.setAttribute("aria-label", label);
  element.firstChild.replaceWith(svg(icons[icon]));
}

/** Elements of a tree of `rich.js`. */
const rich = (nodes) =>
  nodes.map((node) => (typeof node === "string" ? node : h(node.tag, node.href ? { href: node.href, target: "_blank", rel: "noopener noreferrer" } : {}, rich(node.children))));

/** The agent's avatar: an orb that widget.css moves with `--level`, or an image once it is there and the page's policy lets it in. */
function avatar({ image, colours }, size) {
  const orb = h("span.orb", { aria: { hidden: "true" } }, h("i"), h("i"), h("i"));
  orb.style.setProperty("--size", `${size}px`);
  colours.forEach((colour, index) => colour && orb.style.setProperty(`--colour-${index + 1}`, colour));
  if (image) h("img", { src: image, alt: "", referrerpolicy: "no-referrer", onload: ({ target }) => orb.replaceChildren(target) });
  return orb;
}

/** A language's name in itself. */
function nameOf(code) {
  try {
    return new Intl.DisplayNames([code], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

export class View {
  #items = new Map();
  #parts = {};

  /**
   * @param {object} settings Of `settingsOf`.
   * @param {{texts: object, greeting: string|null, terms: object|null, language: string}} local
   * @param {object} act `call`, `write(text)`, `typing`, `end`, `mute`, `open`, `close`, `dismiss`, `reopen`, `accept`, `refuse`,
   *   `speak(language)`, `rate({rating, comment})`
   */
  constructor(settings, { texts, greeting, terms, language }, act) {
    Object.assign(this, { settings, texts, greeting, act });
    const isTiny = settings.variant === "tiny";
    this.orbs = [isTiny ? 56 : 40, 28, 132].map((size) => avatar(settings.avatar, size));
    this.log = h("ol.log");
    this.tentative = h("p.words.partial", { aria: { hidden: "true" } });
    this.clear();
    this.said = h("div.unseen", { role: "status" });
    this.element = h(
      "div.root",
      { dataset: { placement: settings.placement, variant: settings.variant }, lang: language, dir: /^(ar|fa|he|ps|sd|ur)\b/.test(language) ? "rtl" : "ltr" },
      (this.panel = this.#panel(language)),
      (this.terms = this.#terms(terms)),
      (this.notice = h("div.card.notice", { role: "alert" })),
      (this.launcher = this.#launcher(isTiny)),
      (this.reopen = button(".primary.round", "write", texts.reopen, act.reopen, false)),
      this.said,
    );
  }

  // MARK: Parts

  #panel(language) {
    const { texts, act, settings, orbs } = this;
    this.title = h("span.title");
    const choose = ({ target }) => act.speak(target.value);
    this.languages = h("select.languages", { aria: { label: texts.change_language }, onchange: choose }, settings.languages.map((code) => new Option(nameOf(code), code, false, code === language)));
    this.close = button(".plain", "close", texts.collapse, act.close, false);
    this.call = button(".primary", "call", texts.start_call, act.call);
    this.stage = h("div.stage", orbs[2], this.call);
    this.rating = this.#rating();
    this.id = h("p.small.id");
    this.scroll = h("div.scroll", { tabindex: "0", role: "region", aria: { label: texts.agent } }, this.stage, this.log, this.tentative, this.rating, this.id);
    this.mute = button("", "voice", texts.mute_microphone, act.mute, false);
    this.end = button(".danger", "call", texts.end_call, act.end);
    this.again = button(".primary", "call", texts.new_call, act.call);
    return h(
      "section.panel",
      { role: "dialog", aria: { label: texts.main_label }, onkeydown: ({ key }) => key === "Escape" && !settings.always_expanded && act.close() },
      h("header", orbs[1], this.title, this.languages, this.close),
      this.scroll,
      h("footer", this.#composer(), this.mute, this.end, this.again),
    );
  }

  #composer() {
    const { texts, act } = this;
    const send = (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      this.input.value = "";
      if (text) act.write(text);
    };
    const onkeydown = (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && send(event);
    let told = 0;
    const oninput = ({ timeStamp }) => {
      if (timeStamp - told < TYPING) return;
      told = timeStamp;
      act.typing();
    };
    this.input = h("textarea", { rows: 1, maxlength: 20000, aria: { label: texts.input_label }, onkeydown, oninput });
    const submit = button(".primary.round", "send", texts.send_message, null, false);
    submit.type = "submit";
    return (this.composer = h("form.composer", { onsubmit: send }, this.input, submit));
  }

  #launcher(isTiny) {
    const { texts, act, settings, orbs } = this;
    const opens = settings.text_input_enabled || settings.transcript_enabled;
    this.bare = isTiny ? h("button.bare", { aria: { label: texts.main_label }, onclick: opens ? act.open : act.call }, orbs[0], svg(icons[opens ? "write" : "call"])) : orbs[0];
    this.small = {
      label: h("span", texts.main_label),
      status: h("span"),
      call: button(".primary", "call", texts.start_call, act.call),
      write: button(settings.text_only ? ".primary" : "", "write", texts.start_chat, act.open, settings.text_only || settings.variant !== "compact"),
      mute: button("", "voice", texts.mute_microphone, act.mute, false),
      end: button(".danger", "call", texts.end_call, act.end, false),
      open: button(".plain", "open", texts.expand, act.open, false),
      dismiss: button(".plain", "close", texts.dismiss, act.dismiss, false),
    };
    const { label, status, dismiss, ...buttons } = this.small;
    return h("div.launcher", { role: "region", aria: { label: texts.main_label } }, this.bare, h("span.says", label, status), h("span.does", Object.values(buttons)), dismiss);
  }

  #terms(terms) {
    const { texts, act } = this;
    const words = terms?.html ? markdownOf(terms.html) : (terms?.text ?? "");
    return h(
      "section.card",
      { role: "dialog", aria: { label: texts.terms_title }, onkeydown: ({ key }) => key === "Escape" && act.refuse() },
      h("h2", { tabindex: "-1" }, texts.terms_title),
      // The agent's owner wrote them, so that they may link anywhere.
      h("div.words", { tabindex: "0" }, rich(parseMarkdown(words, (address) => /^(https?:\/\/|mailto:)/i.test(address)))),
      h("div.does", h("button.button", { onclick: act.refuse }, texts.dismiss_terms), h("button.button.primary", { onclick: act.accept }, texts.accept_terms)),
    );
  }

  #rating() {
    const { texts, act } = this;
    const comment = h("textarea", { rows: 2, maxlength: 10000, placeholder: texts.follow_up_feedback_placeholder, aria: { label: texts.follow_up_feedback_placeholder } });
    const more = h("div.more", { hidden: true }, comment, h("button.button.primary", { type: "submit" }, texts.submit));
    let rating = 0;
    const choose = ({ target }) => {
      rating = Number(target.value);
      stars.forEach((star, index) => star.classList.toggle("on", index < rating));
      more.hidden = false;
    };
    const stars = [1, 2, 3, 4, 5].map((value) => h("label.star", h("input.unseen", { type: "radio", name: "rating", value, aria: { label: `${value}/5` }, onchange: choose }), svg(icons.star)));
    const onsubmit = (event) => {
      event.preventDefault();
      act.rate({ rating, comment: comment.value.trim() || null });
    };
    return h("form.rating", { onsubmit }, h("fieldset", h("legend", texts.initiate_feedback), stars), more);
  }

  // MARK: How things stand

  /** @param {import("./settings.js").State} state */
  update(state) {
    const { texts, settings, small } = this;
    const { small: smallParts, ...parts } = partsOf(settings, state);
    for (const [name, isShown] of Object.entries(parts)) this[name].hidden = !isShown;
    for (const [name, isShown] of Object.entries(smallParts)) small[name].hidden = !isShown;
    this.isText = state.isText;
    // What is written stands there from the beginning; a spoken greeting is heard first.
    this.log.firstChild.hidden = !this.greeting || !(state.phase === "idle" || state.isText);
    const status = texts[statusOf(state)];
    // Without a panel, the round button calls, which it cannot do twice.
    this.bare.disabled = parts.end && !settings.text_input_enabled && !settings.transcript_enabled;
    this.title.textContent = status ?? texts.main_label;
    small.status.textContent = status ?? "";
    for (const mute of [this.mute, small.mute]) relabel(mute, state.isMuted ? "muted" : "voice", state.isMuted ? texts.unmute_microphone : texts.mute_microphone);
    this.input.placeholder = state.phase === "ended" ? texts.input_placeholder_new_conversation : texts.input_placeholder;
    if (this.notice.textContent !== (state.problem ?? "")) this.notice.textContent = state.problem ?? "";
    this.id.textContent = `${texts.conversation_id}: ${state.conversationID}`;
    this.element.classList.toggle("awake", state.phase === "connecting" || (state.phase === "live" && !state.isText));
    this.#parts = parts;
  }

  set level(level) {
    this.element.style.setProperty("--level", level.toFixed(2));
  }

  /** Takes everything that was said away, but for the greeting, which is there before a written conversation begins. */
  clear() {
    this.#items.clear();
    const greeting = { role: "agent", text: this.greeting };
    this.log.replaceChildren(h("li.agent.greeting", { hidden: !this.greeting }, this.greeting ? this.#content(greeting) : null));
  }

  /** Shows entries of `talk/transcript.js` that are new or have changed, what the recogniser believes so far, or that an answer is awaited. */
  show(entries, { tentative, isAwaited }) {
    const { scroll, log, greeting } = this;
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
    for (const entry of entries.filter(({ role }) => role !== "tool")) {
      if (!this.#items.has(entry.id)) this.#items.set(entry.id, log.appendChild(h(`li.${entry.kind ?? entry.role}`)));
      const item = this.#items.get(entry.id);
      item.replaceChildren(...this.#content(entry));
      // The server's own greeting is not shown beneath the one that stands there already.
      const isGreeting = entry.role === "agent" && (entry.isWhole ? entry.text === greeting : greeting?.startsWith(entry.text));
      item.hidden = isGreeting && !log.firstChild.hidden && log.querySelector(".agent:not(.greeting)") === item;
    }
    this.tentative.textContent = isAwaited ? "…" : tentative;
    this.tentative.hidden = !tentative && !isAwaited;
    this.tentative.classList.toggle("awaited", Boolean(isAwaited));
    if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  #content({ role, kind, text, heard, isInterrupted }) {
    const { texts, settings } = this;
    if (role === "note") return [h("span.small", { role: kind ? "alert" : null }, text)];
    const isAgent = role === "agent";
    const said = isInterrupted && !this.isText ? text.slice(0, heard) : text;
    const words = isAgent ? rich(parseMarkdown(settings.strip_audio_tags ? withoutTags(said) : said, (address) => mayLink(address, settings.hosts))) : said;
    return [h("span.unseen", `${isAgent ? texts.agent : texts.you}: `), h("div.words", { dir: "auto" }, words), isInterrupted && !this.isText ? h("span.small", texts.interrupted) : ""];
  }

  /** Tells screen readers. What the agent says aloud must not be read over it. */
  say(text) {
    this.said.textContent = text;
  }

  /** Puts the focus where one goes on. */
  focus() {
    const { terms, panel, call, composer, mute } = this.#parts;
    // During a call, a phone's keyboard would only be in the way.
    const inPanel = mute ? this.end : composer ? this.input : call ? this.call : this.close;
    const target = terms ? this.terms.firstChild : panel ? inPanel : this.launcher.querySelector("button:not([hidden])");
    target?.focus({ preventScroll: true });
  }
}
