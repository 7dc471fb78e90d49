import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathOf } from "../../../Web/assets/rooms/agents/draft.js";
import { blank, examples } from "../../../Web/assets/rooms/agents/examples.js";
import { groups, placeOf } from "../../../Web/assets/rooms/agents/settings.js";
import { snippets } from "../../../Web/assets/rooms/agents/snippets.js";
import { AXIS, describe, levels, picture, waits } from "../../../Web/assets/rooms/agents/waits.js";
import { variablesIn } from "../../../Web/assets/rooms/agents/words.js";

const settings = Object.values(groups).flatMap((parts) => parts.flatMap((part) => part.settings));
const sources = ["ConfigurationSchema", "PlatformSchema"].map((name) => readFileSync(new URL(`../../../Sources/Agents/${name}.swift`, import.meta.url), "utf8")).join();

test("each setting has one form, and a name of the server's schema", () => {
  const paths = settings.map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length);
  for (const path of paths.filter((path) => path !== "name" && path !== "tags")) {
    // The backup's preference and the avatar's address are members that the schema does not describe.
    const name = path.split(".").at(-1);
    if (["order", "preference", "url"].includes(name)) continue;
    assert.ok(sources.includes(`"${name}"`), path);
  }
});

test("choices are those of the schema", () => {
  for (const { path, options } of settings.filter(({ options }) => Array.isArray(options))) {
    for (const [value] of options.filter(([value]) => value)) {
      if (/widget|backup/.test(path)) continue;
      assert.ok(sources.includes(`"${value}"`), `${path}: ${value}`);
    }
  }
});

test("conditions name settings with forms", () => {
  for (const { when } of settings.filter(({ when }) => when)) assert.ok(settings.some(({ path }) => path === when[0]), when[0]);
});

test("a place belongs to the nearest setting around it", () => {
  assert.equal(placeOf(pathOf("platform_settings.auth.allowlist.0.hostname")).tab, "privacy");
  assert.equal(placeOf(pathOf("agent.prompt.prompt")).label, "Prompt");
  assert.equal(placeOf(pathOf("agent.prompt.built_in_tools.end_call.name")).tab, "tools");
  assert.equal(placeOf(pathOf("workflow.nodes.start")), undefined);
});

test("short names of paths", () => {
  assert.deepEqual(pathOf("turn.mode"), ["conversation_config", "turn", "mode"]);
  assert.deepEqual(pathOf("prompt.tool_ids"), ["conversation_config", "agent", "prompt", "tool_ids"]);
  assert.deepEqual(pathOf("platform_settings.auth"), ["platform_settings", "auth"]);
  assert.deepEqual(pathOf("name"), ["name"]);
});

test("the eagerness levels are those of turn taking", () => {
  const source = readFileSync(new URL("../../../docs/turn-taking.md", import.meta.url), "utf8");
  const [, patient, eager] = /patient × ([\d.]+), eager × ([\d.]+\d)/.exec(source);
  assert.deepEqual(levels.map(({ factor }) => factor), [Number(patient), 1, Number(eager)]);
  assert.deepEqual(waits(1), { shortest: 288, even: 800, longest: 2200 });
  assert.deepEqual(waits(0.7), { shortest: 202, even: 560, longest: 1540 });
  assert.equal(describe(waits(1)), "Answers 0.3 s after words that are surely over, 0.8 s when it may be either, and 2.2 s when the caller seems to be in mid-sentence.");
});

test("the picture of each level lies within its field", () => {
  for (const { factor } of levels) {
    const times = waits(factor);
    assert.ok(times.longest < AXIS);
    const { words, bar, even, ticks } = picture(times, 300, 48);
    assert.ok(words.every(({ x }) => x < 48) && bar.x > 48 && bar.x + bar.width < 300);
    assert.ok(even > bar.x && even < bar.x + bar.width);
    assert.ok(ticks.at(-1).x < 300);
  }
});

test("examples are short, plain and different", () => {
  assert.equal(examples.length, 5);
  assert.equal(new Set(examples.map(({ id }) => id)).size, 5);
  assert.deepEqual(blank.conversation_config, {});
  for (const { body } of examples) {
    const { agent } = body.conversation_config;
    assert.ok(agent.prompt.prompt.length < 1200 && agent.first_message.length < 120);
    const values = agent.dynamic_variables?.dynamic_variable_placeholders ?? {};
    assert.ok(variablesIn([agent.prompt.prompt, agent.first_message]).every(({ name }) => name in values));
  }
});

test("snippets name this server and this agent", () => {
  const parts = snippets({ origin: "https://voice.example:8443", id: "agent_1", isPrivate: false });
  assert.deepEqual(parts.map(({ title }) => title), ["Python", "Swift", "JavaScript", "A page of its own", "Widget"]);
  for (const { code } of parts) assert.match(code, /agent_1/);
  assert.match(parts[0].code, /base_url="https:\/\/voice\.example:8443"/);
  assert.match(parts[2].code, /origin: "wss:\/\/voice\.example:8443"/);
  assert.match(parts[4].code, /src="https:\/\/voice\.example:8443\//);
});

test("a private agent's key stays on the owner's server", () => {
  const [python, , javaScript] = snippets({ origin: "http://127.0.0.1:8000", id: "agent_1", isPrivate: true });
  assert.match(python.code, /requires_auth=True/);
  assert.match(javaScript.code, /get-signed-url\?agent_id=agent_1/);
  assert.match(javaScript.code, /signedUrl,/);
});

test("ids are written so that they end no text and no attribute", () => {
  const parts = snippets({ origin: "http://a", id: '"><script>', isPrivate: false });
  assert.match(parts[4].code, /agent-id="&quot;>&lt;script>"/);
  assert.match(parts[2].code, /agentId: "\\"><script>"/);
});
