import assert from "node:assert/strict";
import { test } from "node:test";
import { agentOf, filled, firstLanguage, flag, inLanguage, jsonOf, mayLink, partsOf, settingsOf, statusOf } from "../../../Web/assets/widget/settings.js";
import { textsOf } from "../../../Web/assets/widget/texts.js";

const attributes = (values) => (name) => values[name] ?? null;
const settings = (config = {}, values = {}) => settingsOf(config, attributes(values), (problem) => assert.fail(problem));

test("an attribute without a value is true, a strange one says nothing", () => {
  assert.deepEqual(["", "true", "false", "yes", null].map(flag), [true, true, false, undefined, undefined]);
});

test("attributes count more than the configuration, and that more than the defaults", () => {
  const result = settings({ variant: "compact", placement: "top", dismissible: true, transcript_enabled: null }, { variant: "tiny", dismissible: "false" });
  assert.equal(result.variant, "tiny");
  assert.equal(result.placement, "top");
  assert.equal(result.dismissible, false);
  assert.equal(result.transcript_enabled, true);
  assert.equal(settings({ variant: "expanded", placement: "middle" }).variant, "full");
  assert.equal(settings({ placement: "middle" }).placement, "bottom-right");
});

test("an agent that neither hears nor speaks is written to, whatever else is set", () => {
  const result = settings({ text_input_enabled: false, transcript_enabled: false }, { "override-text-only": "true" });
  assert.equal(result.text_input_enabled && result.transcript_enabled && result.supports_text_only, true);
  assert.equal(result.mic_muting_enabled, false);
});

test("the avatar is an image of the page, else of the configuration, else an orb", () => {
  assert.equal(settings({ avatar: { type: "url", custom_url: "https://a.example/1.png" } }).avatar.image, "https://a.example/1.png");
  assert.equal(settings({ avatar: { type: "image", url: "https://a.example/1.png" } }, { "avatar-image-url": "/2.png" }).avatar.image, "/2.png");
  const orb = settings({ avatar: { type: "orb", color_1: "#111111", color_2: "#222222" } }, { "avatar-orb-color-2": "red" });
  assert.deepEqual(orb.avatar, { image: undefined, colours: ["#111111", "red"] });
});

test("a rating is asked for when the configuration or the page says so", () => {
  assert.equal(settings().rates, false);
  assert.equal(settings({ feedback_mode: "end" }).rates, true);
  assert.equal(settings({ end_feedback: { type: "rating" } }).rates, true);
  assert.equal(settings({ feedback_mode: "end" }, { "collect-feedback": "false" }).rates, false);
});

test("a JSON attribute that cannot be read is told and left out", () => {
  const problems = [];
  const read = (text) => jsonOf("dynamic-variables", attributes({ "dynamic-variables": text }), (problem) => problems.push(problem));
  assert.deepEqual(read('{"name": "Ada", "visits": 3}'), { name: "Ada", visits: 3 });
  for (const text of ["{", "[1]", "null", '"x"']) assert.deepEqual(read(text), {});
  assert.equal(problems.length, 4);
  assert.match(problems[0], /dynamic-variables.*JSON object/);
});

test("the agent is named by its id, or by a signed URL, which counts more", () => {
  assert.equal(agentOf(attributes({})), null);
  assert.deepEqual(agentOf(attributes({ "agent-id": "agent_1" })), { agentID: "agent_1", signedURL: null, signature: null });
  const signedURL = "wss://a.example/v1/convai/conversation?agent_id=agent_2&conversation_signature=s%2B1";
  assert.deepEqual(agentOf(attributes({ "agent-id": "agent_1", "signed-url": signedURL })), { agentID: "agent_2", signedURL, signature: "s+1" });
  assert.equal(agentOf(attributes({ "signed-url": "no address" })), null);
});

test("the first language that is wanted and known counts", () => {
  const languages = ["en", "de", "pt-br"];
  const first = (wishes) => firstLanguage(languages, wishes);
  assert.equal(first({}), "en");
  assert.equal(first({ browser: ["fr-FR", "de-AT", "en"] }), "de");
  assert.equal(first({ browser: ["pt-BR"] }), "pt-br");
  assert.equal(first({ proposed: "en", browser: ["de"] }), "en");
  assert.equal(first({ picked: "de", proposed: "en" }), "de");
});

test("texts come from the page, the language's preset, the configuration, in this order", () => {
  const config = {
    action_text: "Old words", text_contents: { start_call: "Ring", end_call: "Stop", unknown: "x" },
    language_presets: { de: { text_contents: { start_call: "Anrufen" }, first_message: "Hallo!", terms_text: "Bedingungen" } },
    supported_language_overrides: ["de"], first_message: "Hello!", terms_text: "Terms", terms_key: "terms-1",
  };
  const page = { "text-contents": '{"end_call": "Bye"}', "listening-text": "I hear you" };
  const english = inLanguage(settings(config, page), "en");
  assert.deepEqual([english.texts.main_label, english.texts.start_call, english.texts.end_call, english.texts.listening_status], ["Old words", "Ring", "Bye", "I hear you"]);
  assert.equal("unknown" in english.texts, false);
  const german = inLanguage(settings(config, page), "de");
  assert.deepEqual([german.texts.start_call, german.texts.end_call, german.greeting], ["Anrufen", "Bye", "Hallo!"]);
  assert.deepEqual(german.terms, { html: undefined, text: "Bedingungen", key: "terms-1" });
  assert.deepEqual(settings(config).languages, ["en", "de"]);
  assert.equal(inLanguage(settings(), "en").terms, null);
});

test("a greeting is not shown in another language than the conversation's", () => {
  const config = { first_message: "Hello!", supported_language_overrides: ["de"] };
  assert.equal(inLanguage(settings(config), "de").greeting, null);
  assert.equal(inLanguage(settings(config, { "override-first-message": "Hi" }), "de").greeting, "Hi");
});

test("variables are filled in, and a text with one that only the server knows is not shown", () => {
  assert.equal(filled("Hello {{ name }}, {{count}} times", { name: "Ada", count: 0 }), "Hello Ada, 0 times");
  assert.equal(filled("Hello {{system__time}}", {}), null);
  assert.equal(filled(null, {}), null);
});

test("texts that are no texts are left out", () => {
  assert.equal(textsOf({ start_call: 7 }, { start_call: "" }).start_call, textsOf().start_call);
});

test("links go to the hosts that are named, and to nothing else", () => {
  const hosts = ["shop.example", "docs.example:8443", "https://help.example/"];
  for (const address of ["https://shop.example/a?b", "http://www.shop.example", "https://docs.example:8443/x", "https://help.example"]) assert.equal(mayLink(address, hosts), true, address);
  for (const address of ["https://evil.example", "https://shop.example.evil.example", "javascript:alert(1)", "https://docs.example/", "//shop.example", "shop.example", "data:text/html,x"]) assert.equal(mayLink(address, hosts), false, address);
  assert.equal(mayLink("https://any.example", ["*"]), true);
  assert.equal(mayLink("javascript:alert(1)", ["*"]), false);
  assert.equal(mayLink("https://any.example", []), false);
});

const idle = { phase: "idle", isText: false, isOpen: false, isDismissed: false, isAsking: false, isMuted: false, isSpeaking: false, isRated: false, conversationID: null, problem: null };
const shown = (parts) => Object.entries(parts).filter(([, value]) => value === true).map(([name]) => name);

test("closed and at rest, each variant offers what it can", () => {
  const small = (config) => shown(partsOf(settings(config), idle).small);
  assert.deepEqual(small({ variant: "full" }), ["label", "call", "write"]);
  assert.deepEqual(small({ variant: "compact" }), ["call", "write"]);
  assert.deepEqual(small({ variant: "compact", text_input_enabled: false }), ["call", "open"]);
  assert.deepEqual(small({ variant: "tiny" }), []);
  assert.deepEqual(small({ text_only: true }), ["label", "write"]);
  assert.deepEqual(small({ dismissible: true, text_input_enabled: false, transcript_enabled: false }), ["label", "call", "dismiss"]);
});

test("without transcript and text there is no panel, and a problem has a place of its own", () => {
  const bare = settings({ text_input_enabled: false, transcript_enabled: false });
  const parts = partsOf(bare, { ...idle, isOpen: true, phase: "ended", problem: "The microphone was refused." });
  assert.deepEqual([parts.panel, parts.launcher, parts.notice], [false, true, true]);
});

test("the terms and a widget that was hidden stand alone", () => {
  const parts = (state) => shown(partsOf(settings({ always_expanded: true }), { ...idle, ...state })).filter((name) => ["panel", "launcher", "terms", "reopen", "notice"].includes(name));
  assert.deepEqual(parts({}), ["panel"]);
  assert.deepEqual(parts({ isAsking: true }), ["terms"]);
  assert.deepEqual(parts({ isDismissed: true }), ["reopen"]);
});

test("a call can be muted and ended, a written conversation ended only", () => {
  const live = { ...idle, isOpen: true, phase: "live", conversationID: "conv_1" };
  const voice = partsOf(settings({ dismissible: true }), live);
  assert.deepEqual([voice.mute, voice.end, voice.call, voice.again, voice.log, voice.stage, voice.small.dismiss], [true, true, false, false, true, false, false]);
  const text = partsOf(settings(), { ...live, isText: true });
  assert.deepEqual([text.mute, text.end], [false, true]);
  assert.equal(partsOf(settings({ mic_muting_enabled: false }), live).mute, false);
  const unread = partsOf(settings({ transcript_enabled: false }), live);
  assert.deepEqual([unread.log, unread.stage], [false, true]);
});

test("after the end one may call again, and rate once", () => {
  const ended = { ...idle, isOpen: true, phase: "ended", conversationID: "conv_1" };
  const parts = partsOf(settings({ feedback_mode: "end" }), ended);
  assert.deepEqual([parts.again, parts.call, parts.rating, parts.id, parts.log], [true, false, true, true, true]);
  assert.equal(partsOf(settings({ feedback_mode: "end" }), { ...ended, isRated: true }).rating, false);
  assert.equal(partsOf(settings({ feedback_mode: "end" }), { ...ended, conversationID: null }).rating, false);
  assert.equal(partsOf(settings({ show_conversation_id: false }), ended).id, false);
});

test("the status says who has the floor", () => {
  const status = (state) => statusOf({ ...idle, ...state });
  assert.equal(status({}), null);
  assert.equal(status({ phase: "connecting" }), "connecting_status");
  assert.equal(status({ phase: "live" }), "listening_status");
  assert.equal(status({ phase: "live", isMuted: true }), "muted_status");
  assert.equal(status({ phase: "live", isMuted: true, isSpeaking: true }), "speaking_status");
  assert.equal(status({ phase: "live", isText: true }), "chatting_status");
});
