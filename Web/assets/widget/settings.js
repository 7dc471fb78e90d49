// What the page's attributes and the server's configuration of the widget come to.

import { formerNames, textsOf } from "./texts.js";

const defaults = {
  variant: "full", placement: "bottom-right", language: "en", avatar: {}, feedback_mode: "none",
  mic_muting_enabled: true, transcript_enabled: true, text_input_enabled: true, supports_text_only: true, show_conversation_id: true, strip_audio_tags: true,
};

/** Members that are true or false. The attribute `mic-muting` replaces `mic_muting_enabled`, and so on. */
const flags = "mic_muting_enabled transcript_enabled text_input_enabled default_expanded always_expanded dismissible strip_audio_tags show_conversation_id allow_events".split(" ");

const choices = {
  variant: ["full", "compact", "tiny", "expandable"],
  placement: ["bottom-right", "bottom", "bottom-left", "top-right", "top", "top-left"],
};

/** `""` and `"true"` are true, as usual in HTML; a missing or strange value is undefined. */
export const flag = (text) => (text === "" || text === "true" ? true : text === "false" ? false : undefined);

const present = (object) => Object.fromEntries(Object.entries(object ?? {}).filter(([, value]) => value !== null && value !== undefined));

/**
 * Lays the page's attributes over the server's `widget_config`: the result has its members, and `texts`, `variables`, `languages`
 * and `rates`, whether the person is asked for a rating.
 *
 * @param {object} config
 * @param {(name: string) => string|null} attribute
 * @param {(problem: string) => void} warn
 */
export function settingsOf(config, attribute, warn) {
  const settings = { ...defaults, ...present(config) };
  for (const member of flags) settings[member] = flag(attribute(member.replace("_enabled", "").replaceAll("_", "-"))) ?? settings[member] ?? false;
  settings.text_only = flag(attribute("override-text-only")) ?? settings.text_only ?? false;
  for (const [name, values] of Object.entries(choices)) {
    const value = attribute(name) ?? settings[name];
    settings[name] = values.includes(value) ? value : values[0];
  }
  if (settings.text_only) Object.assign(settings, { text_input_enabled: true, transcript_enabled: true, supports_text_only: true, mic_muting_enabled: false });
  const image = attribute("avatar-image-url") ?? settings.avatar.custom_url ?? settings.avatar.url;
  const former = Object.keys(formerNames).map((name) => [name, attribute(name.replaceAll("_", "-"))]);
  const others = (settings.supported_language_overrides ?? []).filter((code) => code !== settings.language);
  return {
    ...settings,
    avatar: {
      image,
      colours: [attribute("avatar-orb-color-1") ?? settings.avatar.color_1, attribute("avatar-orb-color-2") ?? settings.avatar.color_2],
    },
    rates: flag(attribute("collect-feedback")) ?? (settings.feedback_mode !== "none" || Boolean(settings.end_feedback)),
    texts: { ...Object.fromEntries(former), ...jsonOf("text-contents", attribute, warn) },
    variables: jsonOf("dynamic-variables", attribute, warn),
    languages: [settings.language, ...others],
    hosts: attribute("markdown-link-allowed-hosts")?.split(",").map((host) => host.trim()) ?? settings.markdown_link_allowed_hosts?.map(({ hostname }) => hostname) ?? [],
    greeting: attribute("override-first-message"),
    terms_key: attribute("terms-key") ?? settings.terms_key,
  };
}

/** The object that a JSON attribute holds, or an empty one. */
export function jsonOf(name, attribute, warn) {
  const text = attribute(name);
  if (!text) return {};
  try {
    const value = JSON.parse(text);
    if (value && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // Told below, like every value that is no object.
  }
  warn(`The attribute ${name} is not used: it has to be a JSON object, such as ${name}='{"name": "Ada"}'.`);
  return {};
}

/** Where the agent is: `{agentID, signedURL, signature}`, or null when the page names none. */
export function agentOf(attribute) {
  const signedURL = attribute("signed-url") || null;
  const query = URL.canParse(signedURL ?? "") ? new URL(signedURL).searchParams : new URLSearchParams();
  const agentID = query.get("agent_id") ?? attribute("agent-id");
  return agentID ? { agentID, signedURL, signature: query.get("conversation_signature") ?? query.get("token") } : null;
}

/** The language to begin in: the first of those wanted that the agent has, in the order picked, proposed by the page, browser's. */
export function firstLanguage(languages, { picked, proposed, browser = [] }) {
  const wanted = [picked, proposed, ...browser.flatMap((code) => [code, code.split("-")[0]])].filter(Boolean).map((code) => code.toLowerCase());
  return wanted.map((code) => languages.find((known) => known.toLowerCase() === code)).find(Boolean) ?? languages[0];
}

/** What depends on the language: `{texts, greeting, terms}`; `greeting` is null when it cannot be shown before the call. */
export function inLanguage(settings, language) {
  const preset = settings.language_presets?.[language] ?? {};
  const html = preset.terms_html ?? settings.terms_html;
  const text = preset.terms_text ?? settings.terms_text;
  return {
    texts: textsOf(settings.texts, preset.text_contents, settings.text_contents, { ...settings, texts: null }),
    greeting: filled(settings.greeting ?? preset.first_message ?? (language === settings.languages[0] ? settings.first_message : null), settings.variables),
    terms: html || text ? { html, text, key: preset.terms_key ?? settings.terms_key } : null,
  };
}

/** A text with its `{{variables}}`; null when one has no value here, since only the server knows that. */
export function filled(text, variables) {
  const result = text?.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (match, name) => String(variables[name] ?? match));
  return !result || result.includes("{{") ? null : result;
}

/** Whether the agent's text may link to an address: only to the hosts that the configuration names. */
export function mayLink(address, hosts) {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return false;
  const { host, hostname } = new URL(address);
  const bare = hostname.replace(/^www\./, "");
  return hosts.some((allowed) => ["*", host, hostname, bare].includes(allowed.replace(/^https?:\/\/|[./]+$/g, "")));
}

// MARK: Which parts are there

/**
 * How things stand. `phase` is `idle`, `connecting`, `live` or `ended`; `isText`: neither side speaks.
 *
 * @typedef {{phase: string, isText: boolean, isOpen: boolean, isDismissed: boolean, isAsking: boolean, isMuted: boolean,
 *   isSpeaking: boolean, isRated: boolean, conversationID: string|null, problem: string|null}} State
 */

/** The parts of the widget that are shown, by name. @param {State} state */
export function partsOf(settings, state) {
  const isIdle = state.phase === "idle";
  const isOver = state.phase === "ended";
  const isBusy = !isIdle && !isOver;
  const isTiny = settings.variant === "tiny";
  const writes = settings.text_input_enabled;
  const hasPanel = writes || settings.transcript_enabled || settings.always_expanded;
  const isSeen = !state.isDismissed && !state.isAsking;
  const panel = isSeen && hasPanel && (settings.always_expanded || state.isOpen);
  const log = isIdle ? writes && settings.supports_text_only : isOver || state.isText || settings.transcript_enabled;
  const call = !settings.text_only && !isBusy;
  const mute = isBusy && !state.isText && settings.mic_muting_enabled;
  return {
    panel,
    launcher: isSeen && !panel,
    terms: state.isAsking,
    reopen: state.isDismissed,
    // Without a panel, a problem needs a place of its own.
    notice: isSeen && !panel && state.problem !== null,
    stage: isIdle || (isBusy && !log),
    log,
    languages: !isBusy && settings.languages.length > 1,
    close: !settings.always_expanded,
    composer: writes,
    call: call && isIdle,
    again: call && isOver,
    mute,
    end: isBusy,
    rating: isOver && settings.rates && !state.isRated && state.conversationID !== null,
    id: isOver && settings.show_conversation_id && state.conversationID !== null,
    small: {
      label: !isBusy && ["full", "expandable"].includes(settings.variant),
      status: isBusy && !isTiny,
      call: call && !isTiny,
      write: !isBusy && writes && !isTiny,
      mute: mute && !isTiny,
      end: isBusy,
      open: hasPanel && !isTiny && (isBusy || !writes),
      dismiss: settings.dismissible && !isBusy,
    },
  };
}

/** The name of the text that says how things stand; null while there is no conversation. @param {State} state */
export function statusOf(state) {
  if (state.phase === "connecting") return "connecting_status";
  if (state.phase !== "live") return null;
  if (state.isText) return "chatting_status";
  return state.isSpeaking ? "speaking_status" : state.isMuted ? "muted_status" : "listening_status";
}
