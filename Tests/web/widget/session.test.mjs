import assert from "node:assert/strict";
import { test } from "node:test";
import { callConfig, engineOptions } from "../../../Web/assets/widget/session.js";
import { settingsOf } from "../../../Web/assets/widget/settings.js";
import { conversationURL, initiation } from "../../../Web/assets/talk/protocol.js";

const server = "https://parley.example/";
function config(values = {}, { language = "en", isText = false, tools = {}, widget = {} } = {}) {
  const attribute = (name) => values[name] ?? null;
  const settings = settingsOf({ supported_language_overrides: ["de"], ...widget }, attribute, assert.fail);
  return callConfig(settings, attribute, { agent: { agentID: "agent_1", signedURL: values["signed-url"] ?? null }, language, isText, tools });
}

test("a page that says nothing overrides nothing", () => {
  const options = engineOptions(config(), server);
  assert.deepEqual(initiation(options), {
    type: "conversation_initiation_client_data", conversation_config_override: {}, dynamic_variables: {}, source_info: { source: "widget" },
  });
  assert.equal(conversationURL(options).href, "wss://parley.example/v1/convai/conversation?agent_id=agent_1");
});

test("attributes become overrides, variables and the user's id", () => {
  const values = {
    "override-prompt": "Be brief.", "override-llm": "m", "override-first-message": "Hi", "override-voice-id": "v", "override-speed": "1.1",
    "override-stability": "0.2", "override-similarity-boost": "0", "dynamic-variables": '{"name": "Ada"}', "user-id": "u1", environment: "test",
  };
  const message = initiation(engineOptions(config(values, { language: "de" }), server));
  assert.deepEqual(message.conversation_config_override, {
    agent: { prompt: { prompt: "Be brief.", llm: "m" }, first_message: "Hi", language: "de" },
    tts: { voice_id: "v", speed: 1.1, stability: 0.2, similarity_boost: 0 },
  });
  assert.deepEqual([message.dynamic_variables, message.user_id, message.environment], [{ name: "Ada" }, "u1", "test"]);
});

test("what the page changes in the event counts", () => {
  const call = config();
  Object.assign(call.overrides.agent, { firstMessage: "Welcome", prompt: { toolIds: ["t1"] } });
  call.overrides.conversation = { textOnly: true, maxDurationSeconds: 60 };
  call.dynamicVariables.plan = "pro";
  call.customLlmExtraBody = { trace: 1 };
  const message = initiation(engineOptions(call, server));
  assert.deepEqual(message.conversation_config_override, {
    agent: { prompt: { tool_ids: ["t1"] }, first_message: "Welcome" }, conversation: { max_duration_seconds: 60 }, text_only: true,
  });
  assert.deepEqual([message.dynamic_variables, message.custom_llm_extra_body], [{ plan: "pro" }, { trace: 1 }]);
});

test("the page's own variables and tools are not changed by an event", () => {
  const tools = { show: () => 1 };
  const call = config({}, { tools });
  call.clientTools.other = () => 2;
  assert.deepEqual(Object.keys(tools), ["show"]);
});

test("a signed URL is used as it is", () => {
  const signed = "wss://parley.example/v1/convai/conversation?agent_id=agent_1&conversation_signature=x%2By";
  assert.equal(conversationURL(engineOptions(config({ "signed-url": signed }), server)).href, signed);
});

test("tools give their result, an error, or say that they were run", async () => {
  const failing = () => {
    throw new Error("closed");
  };
  const { tools } = engineOptions(config({}, { tools: { add: ({ a, b }) => a + b, later: async () => ({ ok: true }), nothing() {}, failing, no: 7 } }), server);
  assert.equal(await tools.add({ a: 1, b: 0 - 1 }), 0);
  assert.deepEqual(await tools.later({}), { ok: true });
  assert.equal(await tools.nothing({}), "The tool was run.");
  await assert.rejects(tools.failing({}), /closed/);
  await assert.rejects(tools.no({}), TypeError);
});
