// What goes on in one widget: its view, its conversation, and what the page is told of it.

import { Call, prepare } from "./call.js";
import { policyAdvice } from "./policy.js";
import { callConfig, engineOptions } from "./session.js";
import { firstLanguage, inLanguage } from "./settings.js";
import { View } from "./view.js";

/** Milliseconds without a word after which a written conversation ends. */
const REST = 600_000;
const LANGUAGE = "parley.widget.language";
const idle = { phase: "idle", isText: false, isOpen: false, isDismissed: false, isAsking: false, isMuted: false, isSpeaking: false, isRated: false, conversationID: null, problem: null };

/** Reads or writes the page's storage, which it may keep from scripts; then it is asked again on the next visit. */
function stored(key, value) {
  try {
    return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value);
  } catch {
    return null;
  }
}

export class Chat {
  /** Of `settingsOf`; null until there is a configuration. */
  settings = null;
  /** The language of conversations; null to choose one anew. */
  language = null;
  #root;
  #tell;
  #page;
  #local;
  #view = null;
  #call = null;
  #state = null;
  /** Of `talk/transcript.js`; null before the first conversation. */
  #transcript = null;
  #accepted = new Set();
  #answer;
  #rest;

  /** @param {ShadowRoot} root @param {(name: string, detail: object) => void} tell Tells the page of an event. */
  constructor(root, tell) {
    this.#root = root;
    this.#tell = tell;
    root.addEventListener("click", () => this.#call?.resume());
  }

  /** Builds the view anew, also in mid-call. `page` has `attribute(name)`, `agent`, `server` and `tools()`. */
  build(settings, page) {
    this.settings = settings;
    this.#page = page;
    const { attribute } = page;
    this.language = attribute("override-language") ?? this.language ?? firstLanguage(settings.languages, { picked: stored(LANGUAGE), proposed: attribute("language"), browser: navigator.languages });
    this.#local = inLanguage(settings, this.language);
    this.#state ??= { ...idle, isOpen: settings.default_expanded };
    const draft = this.#view?.input.value ?? "";
    this.#view = new View(settings, { ...this.#local, language: this.language }, this.#actions);
    this.#view.input.value = draft;
    this.#root.replaceChildren(this.#view.element);
    this.#set({});
    this.#show(null);
  }

  #actions = {
    call: () => this.begin(),
    write: (text) => this.write(text),
    typing: () => this.send("sendActivity"),
    end: () => this.end(),
    open: () => this.open(true),
    close: () => this.open(false),
    dismiss: () => this.#set({ isDismissed: true }),
    reopen: () => this.#set({ isDismissed: false }),
    accept: () => this.#answer(true),
    refuse: () => this.#answer(false),
    mute: () => {
      this.#call.isMuted = !this.#state.isMuted;
      this.#set({ isMuted: !this.#state.isMuted });
    },
    speak: (language) => {
      stored(LANGUAGE, language);
      this.language = language;
      if (this.#state.phase === "ended") Object.assign(this.#state, idle, { isOpen: true });
      this.#transcript = null;
      this.build(this.settings, this.#page);
      this.#view.languages.focus();
    },
    rate: (rating) => this.#rate(rating),
  };

  /** Changes how things stand. The focus does not stay on what disappears by that. */
  #set(members) {
    Object.assign(this.#state, members);
    const focused = this.#root.activeElement;
    this.#view.update(this.#state);
    if (focused && !focused.offsetParent) this.#view.focus();
  }

  /** Opens or closes the panel; null turns it round. */
  open(isOpen) {
    if (!this.settings) return;
    this.#set({ isOpen: isOpen ?? !this.#state.isOpen, problem: null });
    this.#view.focus();
  }

  // MARK: The conversation

  end() {
    this.#call?.end();
  }

  /** Calls a method of the engine's conversation, if there is one. */
  send(method, text) {
    this.#call?.send(method, text);
  }

  write(text) {
    if (!this.#call) return this.begin(text);
    this.#show({ type: "typed", text });
    this.send("sendText", text);
  }

  /** Begins a conversation: a written one if it begins with a text and the agent can. */
  async begin(text = null) {
    if (this.#call || !this.settings || this.#state.isAsking) return;
    if (!(await this.#agrees())) return void (this.#view.input.value ||= text ?? "");
    const { settings, language } = this;
    const { attribute, agent, server, tools } = this.#page;
    const isText = settings.text_only || (text !== null && settings.supports_text_only);
    const detail = { config: callConfig(settings, attribute, { agent, language, isText, tools: tools() }) };
    this.#tell("call", detail);
    const options = engineOptions(detail.config, server);
    const call = (this.#call = new Call(options, (event) => this.#take(event)));
    if (text) call.send("sendText", text);
    this.#transcript = null;
    this.#view.clear();
    this.#set({ ...idle, phase: "connecting", isText: options.textOnly, isOpen: this.#state.isOpen || settings.variant === "expandable" });
    this.#view.say(this.#local.texts.connecting_status);
    this.#tell("status", { status: "connecting" });
    try {
      this.#transcript = new (await prepare()).Transcript();
      if (text) this.#show({ type: "typed", text });
      await call.begin();
    } catch (error) {
      if (call !== this.#call) return;
      const message = settings.text_input_enabled ? error.message : error.message.replace(", or type a message", "");
      this.#ended({ code: 0, reason: "", wasReady: false, error: { message } });
    }
  }

  /** Whether the person agrees to the terms, now or before. */
  async #agrees() {
    const key = this.#local.terms?.key ?? "";
    if (!this.#local.terms || this.#accepted.has(key) || (key && stored(key))) return true;
    this.#set({ isAsking: true });
    this.#view.focus();
    const isAccepted = await new Promise((answer) => (this.#answer = answer));
    this.#set({ isAsking: false });
    if (isAccepted) this.#accepted.add(key);
    if (isAccepted && key) stored(key, "true");
    return isAccepted;
  }

  #take(event) {
    switch (event.type) {
      case "level":
        this.#view.level = event.level;
        break;
      case "ready":
        this.#set({ phase: "live", conversationID: event.id });
        this.#tell("connect", { conversationId: event.id });
        this.#tell("status", { status: "connected" });
        break;
      case "speaking":
        this.#set({ isSpeaking: event.isSpeaking });
        this.#tell("mode", { mode: event.isSpeaking ? "speaking" : "listening" });
        break;
      case "microphone":
        if (event.state === "lost") this.#show({ type: "note", kind: "alarm", text: "The microphone is gone. Connect it and call again." });
        break;
      case "end":
        this.#ended(event);
        break;
      case "user":
      case "agent":
        this.#tell("message", { message: event.text, role: event.type, source: event.type === "agent" ? "ai" : "user", event_id: event.eventID });
        if (this.#state.isText) this.#wrote(event);
      // Falls through: they are shown like everything else that is said.
      default:
        this.#show(event);
    }
  }

  /** Shows what an event changes of the transcript; null: all of it. */
  #show(event) {
    const transcript = this.#transcript;
    const changed = (event ? transcript?.handle(event) : transcript?.entries) ?? [];
    const isAwaited = this.#state.isText && transcript?.entries.findLast(({ role }) => role !== "tool")?.role === "user";
    this.#view.show(changed, { tentative: transcript?.tentative ?? "", isAwaited });
  }

  #wrote({ type, text }) {
    if (type === "agent") this.#view.say(text);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.end(), REST);
  }

  #ended({ code, reason, isByUser = false, wasReady, error }) {
    clearTimeout(this.#rest);
    const { texts } = this.#local;
    const isFine = isByUser || code === 1000;
    const advice = wasReady || isFine ? null : policyAdvice(this.#page.server);
    if (advice) console.error(`[Parley] ${advice}`);
    const problem = error?.message || reason || (wasReady ? "The connection was lost." : "The server cannot be reached.");
    const ending = isByUser ? texts.user_ended_conversation : (error?.message ?? texts.agent_ended_conversation);
    const message = isFine ? ending : code ? `${texts.error_occurred} ${problem}` : problem;
    this.#show({ type: "tentative", text: "" });
    this.#show({ type: "note", kind: isFine ? null : "alarm", text: message });
    this.#set({ phase: "ended", isSpeaking: false, isMuted: false, problem: isFine ? null : message });
    if (isFine) this.#view.say(message);
    else this.#tell("error", { message });
    this.#tell("disconnect", { reason: isByUser ? "user" : isFine ? "agent" : "error", message, closeCode: code, closeReason: reason });
    this.#tell("status", { status: "disconnected" });
    this.#call = null;
  }

  async #rate(rating) {
    const { texts } = this.#local;
    const url = new URL(`/v1/convai/conversations/${this.#state.conversationID}/feedback`, this.#page.server);
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rating) }).catch(() => null);
    if (!answer?.ok) return this.#show({ type: "note", kind: "alarm", text: "Your feedback could not be sent. Please try again." });
    this.#set({ isRated: true });
    this.#show({ type: "note", text: texts.thanks_for_feedback });
    this.#view.say(texts.thanks_for_feedback);
  }
}
