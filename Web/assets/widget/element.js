// The elements `<parley-agent>` and `<elevenlabs-convai>`, as the page sees them.

import { h } from "../core/dom.js";
import { followKeyboard } from "../talk/keyboard.js";
import { prepare } from "./call.js";
import { Chat } from "./chat.js";
import { reach } from "./policy.js";
import { agentOf, jsonOf, settingsOf } from "./settings.js";
import { themeOf } from "./theme.js";

/** The server that this script came from. */
const home = new URL("/", import.meta.url);
/** Attributes that decide what the server is asked; all others with a hyphen, and those of one word, only change the view. */
const addresses = ["agent-id", "signed-url", "server-url", "override-config"];
const known = /^(?!aria-|data-).*-|^(variant|placement|dismissible|transcript|language)$/;
/** What pages made for the hosted widget send to it. */
const requests = ["expand", "user-message", "contextual-update", "user-activity"].map((name) => `elevenlabs-agent:${name}`);

const warn = (text) => console.warn(`[Parley] ${text}`);

let style = null;

/** The style of all widgets. A constructed sheet needs no permission of the page's policy. */
function sharedStyle() {
  style ??= reach(new URL("widget.css", import.meta.url)).then(async (answer) => new CSSStyleSheet().replace(await answer.text()));
  style.catch(() => (style = null));
  return style;
}

class AgentElement extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #config = null;
  #agent = null;
  /** Aborts when the element leaves the page. */
  #leaving = null;
  #chat = new Chat(this.#root, (name, detail) => this.#tell(name, detail));
  #attribute = (name) => this.getAttribute(name);
  #observer = new MutationObserver((changes) => {
    const names = changes.map(({ attributeName }) => attributeName);
    if (names.some((name) => addresses.includes(name))) this.#load();
    else if (names.some((name) => known.test(name))) this.#build();
  });

  constructor() {
    super();
    /** Tools of the page by name, for all calls. The page may have set them before this script came. */
    this.clientTools ??= {};
    // The page's shortcuts are not meant for what is typed here.
    for (const type of ["keydown", "keypress", "keyup"]) this.#root.addEventListener(type, (event) => event.stopPropagation());
    for (const type of ["pointerover", "focusin"]) this.#root.addEventListener(type, prepare, { once: true });
    for (const type of requests) this.addEventListener(type, this.#request);
  }

  connectedCallback() {
    this.#observer.observe(this, { attributes: true });
    this.#leaving = new AbortController();
    followKeyboard((pixels) => this.#root.firstElementChild?.style.setProperty("--keyboard", `${pixels}px`), this.#leaving.signal);
    document.addEventListener(requests[0], this.#request, { signal: this.#leaving.signal });
    if (!this.#config) this.#load();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    // Frameworks move elements about, which disconnects them for a moment.
    queueMicrotask(() => this.isConnected || this.endCall());
  }

  /** Begins a spoken conversation; from a click, since browsers want one. */
  startCall() {
    this.#chat.begin();
  }

  endCall() {
    this.#chat.end();
  }

  /** Sends a message; if no conversation is going on, it begins a written one. */
  sendMessage(text) {
    this.#chat.write(text);
  }

  /** Tells the agent something that it need not answer. */
  sendContext(text) {
    this.#chat.send("sendContext", text);
  }

  open() {
    this.#chat.open(true);
  }

  close() {
    this.#chat.open(false);
  }

  #request = ({ type, detail }) => {
    const { action, message } = detail ?? {};
    if (type === requests[0]) return action && this.#chat.open(action === "toggle" ? null : action === "expand");
    if (!this.#chat.settings?.allow_events) return;
    if (type === requests[3]) this.#chat.send("sendActivity");
    else if (message && typeof message === "string") type === requests[1] ? this.sendMessage(message) : this.sendContext(message);
  };

  /** Tells the page, under both services' names. */
  #tell(name, detail) {
    for (const service of ["parley", "elevenlabs-convai"]) {
      this.dispatchEvent(new CustomEvent(`${service}:${name}`, { bubbles: true, composed: true, detail }));
    }
  }

  // MARK: Configuration

  get #server() {
    return new URL("/", new URL(this.getAttribute("server-url") || home, document.baseURI));
  }

  async #load() {
    const agent = (this.#agent = agentOf(this.#attribute));
    this.endCall();
    try {
      if (!agent) throw new Error("The element needs the attribute agent-id or signed-url.");
      const given = jsonOf("override-config", this.#attribute, warn);
      const [config, shared] = await Promise.all([Object.keys(given).length ? given : this.#fetchConfig(agent), sharedStyle()]);
      if (agent !== this.#agent) return;
      const own = new CSSStyleSheet();
      own.replaceSync(".root {}");
      for (const [name, value] of Object.entries(themeOf(config))) own.cssRules[0].style.setProperty(`--own-${name}`, value);
      this.#root.adoptedStyleSheets = [shared, own];
      this.#config = config;
      this.#chat.language = null;
      this.#build();
    } catch (error) {
      if (agent === this.#agent) this.#refuse(error);
    }
  }

  async #fetchConfig({ agentID, signature }) {
    const url = new URL(`/v1/convai/agents/${encodeURIComponent(agentID)}/widget`, this.#server);
    if (signature) url.searchParams.set("conversation_signature", signature);
    const answer = await reach(url);
    const body = await answer.json().catch(() => null);
    if (answer.ok && body?.widget_config) return body.widget_config;
    const advice = [401, 403].includes(answer.status) ? ` Add {"hostname": "${location.host}"} to the agent's auth.allowlist, or use signed-url.` : "";
    throw new Error(`${body?.detail?.message ?? `${url.origin} answered with HTTP ${answer.status}.`}${advice}`);
  }

  #build() {
    if (!this.#config) return;
    const settings = settingsOf(this.#config, this.#attribute, warn);
    this.#chat.build(settings, { attribute: this.#attribute, agent: this.#agent, server: this.#server, tools: () => this.clientTools });
  }

  /** Visitors see nothing of a mistake in the page; who builds it does. */
  async #refuse(error) {
    console.error(`[Parley] The widget is not shown. ${error.message}`, error.cause ?? "");
    this.#config = null;
    this.#tell("error", { message: error.message });
    const isBuilt = /^(localhost|127\..*|\[::1\]|)$/.test(location.hostname);
    this.#root.replaceChildren(...(isBuilt ? [h("div.root", h("div.card.notice", { role: "alert" }, error.message))] : []));
    this.#root.adoptedStyleSheets = await sharedStyle().then((sheet) => [sheet], () => []);
  }
}

/** Defines the elements that no other script has defined. */
export function register() {
  for (const name of ["parley-agent", "elevenlabs-convai"]) if (!customElements.get(name)) customElements.define(name, class extends AgentElement {});
}
