// The settings that have forms: where each stands in the configuration, what it is called, and what it does.

import { nearest } from "../../core/paths.js";
import { pathOf } from "./draft.js";

/**
 * @typedef {object} Setting
 * @property {string} path Its short name (`pathOf`).
 * @property {"text" | "area" | "number" | "select" | "lines" | "switch" | "member" | "colour"} kind
 * @property {string} label
 * @property {string} [help]
 * @property {*} [empty] What an empty field stands for; null unless given: the server's default.
 * @property {string} [place] What an empty field shows.
 * @property {*} [on] The value of a switch that is on (true), or the member that "member" adds to a list.
 * @property {*} [off] The value of a switch that is off (false).
 * @property {string} [member] Of "lines": the member of each listed object that holds its text.
 * @property {[string, string][] | string} [options] Values with their texts, or the name of a list that the server gives.
 * @property {string} [wrap] Of "select": the member of an object in which the value stands.
 * @property {[string, "is" | "not", *]} [when] The value of another setting at which this one is shown.
 * @property {boolean} [wide] Takes the form's whole width.
 */

const make = (kind) => (path, label, help, more) => ({ path, kind, label, help, ...more });
const [text, area, lines, flag, colour] = ["text", "area", "lines", "switch", "colour"].map(make);
const select = (path, label, options, help, more) => ({ path, kind: "select", label, options, help, ...more });
const number = (path, label, [min, max, step], help, more) => ({ path, kind: "number", label, min, max, step, help, ...more });
/** A part of a tab; `under` begins the names of its settings. */
const group = (title, under, settings, lead) => ({ title, lead, settings: settings.map((setting) => ({ ...setting, path: under + setting.path })) });

const PROMPT = "agent.prompt.";
const SOFT = "soft_timeout_config.";
const WIDGET = "platform_settings.widget.";
const filler = { when: [`turn.${SOFT}timeout_seconds`, "not", -1] };
const custom = { when: [`${PROMPT}llm`, "is", "custom-llm"] };
const files = { when: ["conversation.file_input.enabled", "is", true] };
const wide = { wide: true };
const whole = [1, null, 1];
const never = { empty: -1, place: "Never" };
const unlimited = { empty: -1, place: "No limit" };

/** @type {Record<string, {title: string | null, lead?: string, settings: Setting[]}[]>} By tab. */
export const groups = {
  agent: [
    group(null, "", [
      text("name", "Name", "For you; callers do not hear it.", { empty: "" }),
      lines("tags", "Tags", "One a line. The list can show the agents of one.", { rows: 1 }),
      area(`${PROMPT}prompt`, "Prompt", "Who the agent is, what it is to achieve, the facts it needs, and what to do when it does not know. Write {{name}} for what differs from caller to caller.", { rows: 16, empty: "", wide: true }),
      area("agent.first_message", "First message", "How the agent begins. If it is empty, the agent waits for the caller.", { rows: 2, empty: "", wide: true }),
      select("agent.language", "Language", "languages", "The language that is spoken and understood. Further ones stand under language_presets in the JSON."),
      text(`${PROMPT}timezone`, "Time zone", "For \"tomorrow\" and \"at nine\", such as Europe/Vienna. Empty is UTC."),
      flag("agent.disable_first_message_interruptions", "Let the first message be heard in full", "Speech does not interrupt it."),
    ]),
  ],
  model: [
    group(null, PROMPT, [
      select("llm", "Language model", "models", "\"Your own server\" is any that speaks OpenAI's API."),
      text("custom_llm.url", "Address of your own server", "Such as http://127.0.0.1:8080/v1.", { empty: "", ...custom }),
      text("custom_llm.model_id", "The model's name there", null, custom),
      select("custom_llm.api_type", "API", [["chat_completions", "Chat Completions"], ["responses", "Responses"]], null, custom),
      select("custom_llm.api_key", "Its API key", "secrets", "One of this server's secrets.", { wrap: "secret_id", ...custom }),
      number("temperature", "Temperature", [0, 2, 0.1], "0 always takes the likeliest word; above 1 answers become erratic. Empty leaves it to the model."),
      number("max_tokens", "Longest answer (tokens)", whole, "A token is about three quarters of a word. Spoken answers are best below 150.", unlimited),
      select("reasoning_effort", "Reasoning", [["", "As the model likes"], ["none", "None"], ["minimal", "Minimal"], ["low", "Low"], ["medium", "Medium"], ["high", "High"], ["xhigh", "Very high"], ["max", "Highest"]], "More of it makes answers later. Only some models can."),
    ]),
    group("When the model fails", PROMPT, [
      select("backup_llm_config.preference", "Other models step in", [["default", "The server's, in their order"], ["override", "The ones listed here"], ["disabled", "None"]]),
      lines("backup_llm_config.order", "Models that step in", "One id a line, the first one first.", { when: [`${PROMPT}backup_llm_config.preference`, "is", "override"] }),
      number("cascade_timeout_seconds", "After (seconds)", [2, 15, 0.5], "How long a model may go without a word before the next one is asked."),
    ]),
    group("What it may say and do", PROMPT, [
      flag("requires_receipts", "Claim only what a tool has done", "\"I've booked it\" is not spoken unless a tool of the call has done it. In English."),
      flag("enable_parallel_tool_calls", "Several tools at once"),
    ]),
  ],
  voice: [
    group(null, "tts.", [
      number("speed", "Speed", [0.7, 1.2, 0.05], "1 is the voice's own; 0.7 is slow, 1.2 fast."),
      number("stability", "Stability", [0, 1, 0.05], "Only for ElevenLabs' voices."),
      number("similarity_boost", "Similarity", [0, 1, 0.05], "Only for ElevenLabs' voices."),
    ]),
    group("Listening", "asr.", [lines("keywords", "Words to listen for", "Names and terms that recognisers get wrong, one a line. Not every recogniser takes them.", wide)]),
  ],
  turn: [
    group("Silence", "turn.", [
      number("turn_timeout", "Speak up after (seconds)", [0.5, 300, 0.5], "When nobody speaks for so long, the agent asks whether somebody is there, three times at most.", never),
      number("initial_wait_time", "Before the caller's first words (seconds)", [0, 300, 0.5], "The same, at the beginning. -1 is never.", { place: "As above" }),
      number("silence_end_call_timeout", "End the call after (seconds)", [0, 86400, 1], "Silence of the caller alone. What the agent asks meanwhile does not put it off.", never),
      flag("retranscribe_on_turn_timeout", "Listen once more before speaking up", "Faint words that were missed are answered instead."),
    ]),
    group("When the caller speaks over the agent", "", [
      make("member")("conversation.client_events", "Callers can interrupt", "The agent stops when the words show that the caller wants the floor. After \"mm-hm\" it goes on.", { on: "interruption" }),
      flag("turn.transcribe_on_disabled_interruptions", "Answer afterwards what could not interrupt", "Words over a greeting or a tool that has to be heard in full."),
      lines("turn.interruption_ignore_terms", "Words that never interrupt", "One a line, besides \"mm-hm\", \"okay\" and the like."),
    ]),
    group("Deciding", "turn.", [
      flag("spelling_patience", "Patience with numbers and spelling", "Waits half as long again while a number or an address that was asked for is not whole.", { on: "auto", off: "off" }),
      flag("speculative_turn", "Prepare answers early", "The answer is begun before it is certain that the caller has finished. Nobody hears it before that."),
    ]),
    group("When the answer takes long", `turn.${SOFT}`, [
      number("timeout_seconds", "Say something after (seconds)", [0.5, 60, 0.5], "Empty: an English agent says \"One moment, please.\" after two seconds.", { empty: -1, place: "The server decides" }),
      text("message", "Filler", "What it says then.", { empty: "", ...filler }),
      lines("additional_soft_timeout_messages", "Further fillers", "One a line, if it takes longer still.", filler),
      number("max_soft_timeouts_per_generation", "Fillers at most", [1, 8, 1], null, filler),
      flag("randomize_fillers", "Fillers in any order", null, filler),
      flag("use_llm_generated_message", "Let the server's model find the words", null, filler),
    ]),
  ],
  limits: [
    group("Length", "", [
      number("conversation.max_duration_seconds", "Longest call (seconds)", [1, 86400, 1]),
      text("agent.max_conversation_duration_message", "Closing words", "Said at the longest duration, before the call ends. Empty for nothing.", { empty: "" }),
    ]),
    group("Number", "platform_settings.call_limits.", [
      number("agent_concurrency_limit", "Calls at once", whole, "Of this agent. A call beyond it is refused.", unlimited),
      number("daily_limit", "Calls a day", whole),
    ]),
    group("Kinds", "conversation.", [
      flag("text_only", "Text only", "Neither side speaks."),
      flag("file_input.enabled", "Callers may send files", "Texts, PDFs and, to models that see, images."),
      number("file_input.max_files_per_conversation", "Files in a conversation", whole, null, { empty: -1, place: "100", ...files }),
      number("file_input.max_files_in_memory", "Latest files that the model is shown", [1, 30, 1], null, files),
    ]),
  ],
  privacy: [
    group("Who may call", "platform_settings.auth.", [
      flag("enable_auth", "Callers need a signed URL or an API key"),
      flag("require_origin_header", "Only pages may call", "Programs that do not say which page they belong to are refused."),
      lines("allowlist", "Pages that may call", "One host a line, with its port where it has one, such as shop.example or localhost:3000. Empty lets all in; a server without API keys then lets in its own pages alone.", { member: "hostname", ...wide }),
    ]),
    group("What is kept", "platform_settings.privacy.", [
      flag("record_voice", "Record calls", "Without it there is a transcript, and no audio."),
      number("retention_days", "Delete records after (days)", [0, null, 1], null, never),
      flag("delete_audio", "Delete the audio then"),
      flag("delete_transcript_and_pii", "Delete the transcript then"),
      flag("zero_retention_mode", "Keep nothing of calls"),
    ], "Where the server cannot keep such a promise yet, it says so when you save, and saves nothing."),
    group("Who may listen in", "conversation.", [flag("monitoring_enabled", "Live calls can be followed through the API", "By programs with a key of this server.")]),
  ],
  overrides: [
    group("Other data of the client", "platform_settings.overrides.", [
      flag("custom_llm_extra_body", "Members for the requests to your own model", "Named custom_llm_extra_body."),
      flag("enable_conversation_initiation_client_data_from_webhook", "A server of yours is asked who calls", "Its webhook may set variables and overrides before the agent greets."),
      flag("enable_starting_workflow_node_id_from_client", "The first step of the workflow"),
    ]),
  ],
  widget: [
    group("Shape", WIDGET, [
      select("variant", "Variant", [["tiny", "Tiny"], ["compact", "Compact"], ["full", "Full"], ["expandable", "Expandable"]]),
      select("placement", "Place on the page", [["bottom-right", "Bottom right"], ["bottom", "Bottom"], ["bottom-left", "Bottom left"], ["top-right", "Top right"], ["top", "Top"], ["top-left", "Top left"]]),
      select("avatar.type", "Avatar", [["orb", "Two colours"], ["url", "A picture by its address"]]),
      text("avatar.url", "The picture's address", null, { when: [`${WIDGET}avatar.type`, "is", "url"], empty: "" }),
      number("border_radius", "Rounding (pixels)", [0, null, 1]),
      number("btn_radius", "Rounding of buttons (pixels)", [0, null, 1]),
    ]),
    group("Colours", WIDGET, [
      colour("bg_color", "Background"), colour("text_color", "Text"), colour("btn_color", "Button"), colour("btn_text_color", "Text on buttons"),
      colour("border_color", "Border"), colour("focus_color", "Focus"), colour("avatar.color_1", "Avatar, first"), colour("avatar.color_2", "Avatar, second"),
    ]),
    group("Texts", WIDGET, [
      text("action_text", "Invitation"), text("start_call_text", "Button that begins"), text("end_call_text", "Button that ends"),
      text("expand_text", "Button that opens"), text("listening_text", "While it listens"), text("speaking_text", "While it speaks"),
      area("terms_text", "Terms that callers accept first", null, { rows: 3, ...wide }),
    ], "Empty fields keep the widget's own words."),
    group("Parts", WIDGET, [
      flag("transcript_enabled", "Show the transcript"), flag("text_input_enabled", "Let callers type"), flag("mic_muting_enabled", "Let callers mute themselves"),
      flag("supports_text_only", "Offer text without voice"), flag("language_selector", "Let callers choose the language"), flag("show_agent_status", "Show when the agent works"),
      flag("default_expanded", "Open at first"), flag("always_expanded", "Always open"), flag("dismissible", "Can be closed"),
      select("feedback_mode", "Ask for feedback", [["none", "Never"], ["during", "During the call"], ["end", "At the end"]]),
    ]),
  ],
};

/** Settings whose forms are drawn by their tabs. */
const drawn = [
  ["tts.voice_id", "Voice", "voice"],
  ["turn.turn_eagerness", "Eagerness", "turn"],
  ["agent.dynamic_variables.dynamic_variable_placeholders", "Values of variables", "agent"],
  [`${PROMPT}tool_ids`, "Tools", "tools"],
  [`${PROMPT}built_in_tools`, "System tools", "tools"],
  [`${PROMPT}mcp_server_ids`, "MCP servers", "tools"],
  ["platform_settings.overrides.conversation_config_override", "Overrides", "overrides"],
].map(([path, label, tab]) => ({ path: pathOf(path), label, tab }));

const index = Object.entries(groups)
  .flatMap(([tab, parts]) => parts.flatMap(({ settings }) => settings.map(({ path, label }) => ({ path: pathOf(path), label, tab }))))
  .concat(drawn);

/** The form's name and tab of a place: those of the nearest setting around it; undefined where only the JSON has it. */
export const placeOf = (path) => nearest(index, path);
