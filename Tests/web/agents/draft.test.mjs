import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, patchOf, rebase, settle } from "../../../Web/assets/core/changes.js";
import { Draft, choose, documentOf, forget, keep, kept } from "../../../Web/assets/rooms/agents/draft.js";

const agent = () => ({
  agent_id: "agent_1",
  name: "Mia",
  tags: ["demo"],
  conversation_config: {
    agent: { first_message: "Hello", prompt: { prompt: "You are Mia.", temperature: 0, built_in_tools: { end_call: null } }, dynamic_variables: { dynamic_variable_placeholders: { city: "Graz", name: "Ann" } } },
    turn: { turn_timeout: 7, turn_eagerness: "normal" },
  },
  platform_settings: { auth: { allowlist: [{ hostname: "a.example" }] } },
  workflow: { nodes: {}, edges: {} },
  metadata: { warnings: [] },
});
const EAGERNESS = ["conversation_config", "turn", "turn_eagerness"];
const TIMEOUT = ["conversation_config", "turn", "turn_timeout"];
const PROMPT = ["conversation_config", "agent", "prompt", "prompt"];
const CITY = ["conversation_config", "agent", "dynamic_variables", "dynamic_variable_placeholders", "city"];
const draftOf = (value = agent()) => new Draft(documentOf(value));
const theirs = (change) => {
  const copy = structuredClone(documentOf(agent()));
  change(copy);
  return copy;
};

test("only what can be edited is in the document", () => {
  assert.deepEqual(Object.keys(documentOf(agent())), ["name", "tags", "conversation_config", "platform_settings", "workflow"]);
});

test("a save sends only what has changed", () => {
  const draft = draftOf();
  draft.set(EAGERNESS, "eager");
  draft.set(["name"], "Leo");
  assert.deepEqual(patchOf(draft.changes), { conversation_config: { turn: { turn_eagerness: "eager" } }, name: "Leo" });
});

test("a value that is set back is no change", () => {
  const draft = draftOf();
  draft.set(PROMPT, "You are Leo.");
  draft.set(PROMPT, "You are Mia.");
  assert.deepEqual(draft.changes, []);
  assert.deepEqual(patchOf(draft.changes), null);
});

test("lists are replaced as a whole, and objects that were null are given whole", () => {
  const draft = draftOf();
  draft.set(["platform_settings", "auth", "allowlist"], []);
  draft.set(["conversation_config", "agent", "prompt", "built_in_tools", "end_call"], {});
  assert.deepEqual(patchOf(draft.changes), { platform_settings: { auth: { allowlist: [] } }, conversation_config: { agent: { prompt: { built_in_tools: { end_call: {} } } } } });
});

test("members within a new object are made with it", () => {
  const draft = draftOf();
  draft.set(["conversation_config", "agent", "prompt", "custom_llm", "url"], "http://127.0.0.1:1");
  assert.deepEqual(draft.get(["conversation_config", "agent", "prompt", "custom_llm"]), { url: "http://127.0.0.1:1" });
});

test("what is removed is sent as null", () => {
  const draft = draftOf();
  draft.set(TIMEOUT, undefined);
  assert.deepEqual(patchOf(draft.changes), { conversation_config: { turn: { turn_timeout: null } } });
});

test("what is removed from a map goes with everything else", () => {
  const draft = draftOf();
  draft.set(CITY, undefined);
  draft.set(["name"], "Leo");
  assert.deepEqual(patchOf(draft.changes), { conversation_config: { agent: { dynamic_variables: { dynamic_variable_placeholders: { city: null } } } }, name: "Leo" });
});

test("the order of an object's members is no difference", () => {
  assert.deepEqual(difference({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 }), []);
});

test("members called __proto__ and constructor are like others", () => {
  const value = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
  assert.deepEqual(difference({}, value).map(({ path }) => path[0]).sort(), ["__proto__", "constructor"]);
  const draft = new Draft({});
  draft.set(["constructor"], "x");
  assert.equal(draft.get(["toString"]), undefined);
  assert.equal({}.polluted, undefined);
});

// MARK: Two people

test("what somebody else changed elsewhere is taken over", () => {
  const draft = draftOf();
  draft.set(PROMPT, "Mine.");
  const { others, conflicts } = draft.merge(theirs((now) => (now.name = "Theirs")));
  assert.deepEqual([others.map(({ path }) => path), conflicts], [[["name"]], []]);
  assert.equal(draft.get(["name"]), "Theirs");
  assert.deepEqual(patchOf(draft.changes), { conversation_config: { agent: { prompt: { prompt: "Mine." } } } });
});

test("what somebody else changed too is a conflict, and both values are there until it is settled", () => {
  const draft = draftOf();
  draft.set(PROMPT, "Mine.");
  const now = theirs((copy) => (copy.conversation_config.agent.prompt.prompt = "Theirs."));
  const [conflict] = draft.merge(now).conflicts;
  assert.deepEqual(conflict, { path: PROMPT, before: "You are Mia.", after: "Mine.", now: "Theirs." });
  assert.equal(draft.get(PROMPT), "Mine.");
  assert.equal(draft.merge(now).conflicts.length, 1, "asked later, it is still one");
});

test("a settled conflict keeps the value that was chosen", () => {
  for (const [isMine, value, changes] of [[true, "Mine.", 1], [false, "Theirs.", 0]]) {
    const draft = draftOf();
    draft.set(PROMPT, "Mine.");
    const now = theirs((copy) => (copy.conversation_config.agent.prompt.prompt = "Theirs."));
    draft.take(settle(draft, draft.merge(now).conflicts, [isMine]));
    assert.equal(draft.get(PROMPT), value);
    assert.equal(draft.changes.length, changes);
    const { others, conflicts } = draft.merge(now);
    assert.deepEqual([others, conflicts], [[], []]);
  }
});

test("the same change by both is none any more", () => {
  const draft = draftOf();
  draft.set(EAGERNESS, "eager");
  const { conflicts } = draft.merge(theirs((now) => (now.conversation_config.turn.turn_eagerness = "eager")));
  assert.deepEqual([conflicts, draft.changes], [[], []]);
});

test("an object that somebody else took away is a conflict with a member of it", () => {
  const draft = draftOf({ ...agent(), workflow: { nodes: { start: { x: 1 } } } });
  draft.set(["workflow", "nodes", "start", "x"], 2);
  const [conflict] = draft.merge(theirs((now) => (now.workflow.nodes = null))).conflicts;
  assert.equal(conflict.now, undefined);
  draft.take(settle(draft, [conflict], [true]));
  assert.deepEqual(draft.get(["workflow", "nodes"]), { start: { x: 2 } });
});

test("what somebody else added and removed stays so", () => {
  const draft = draftOf();
  draft.set(["name"], "Leo");
  draft.merge(theirs((now) => {
    now.conversation_config.asr = { quality: "high" };
    delete now.conversation_config.turn.turn_timeout;
  }));
  assert.deepEqual(draft.get(["conversation_config", "asr"]), { quality: "high" });
  assert.equal(draft.get(TIMEOUT), undefined);
  assert.deepEqual(draft.changes.map(({ path }) => path), [["name"]]);
});

test("what is typed while a save is under way stays unsaved", () => {
  const draft = draftOf();
  draft.set(PROMPT, "Mine.");
  const sent = draft.current;
  draft.set(PROMPT, "Mine. And more.");
  draft.saved(theirs((now) => (now.conversation_config.agent.prompt.prompt = "Mine.")), sent);
  assert.deepEqual(draft.changes, [{ path: PROMPT, before: "Mine.", after: "Mine. And more." }]);
});

test("rebase leaves out what nobody needs to send", () => {
  const changes = [{ path: ["a"], before: 1, after: 2 }, { path: ["b"], before: 1, after: 2 }, { path: ["c"], before: 1, after: 2 }];
  const { kept: remaining, conflicts } = rebase(changes, { a: 2, b: 1, c: 3 });
  assert.deepEqual([remaining.map(({ path }) => path[0]), conflicts.map(({ path }) => path[0])], [["b"], ["c"]]);
});

// MARK: Keeping

class Store extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => this.set(key, value);
  removeItem = (key) => this.delete(key);
}

test("unsaved changes survive a reload, also over what others have saved meanwhile", () => {
  const store = new Store();
  const draft = draftOf();
  draft.set(PROMPT, "Mine.");
  draft.set(CITY, undefined);
  assert.equal(keep(store, "agent_1", draft), true);
  const again = new Draft(theirs((now) => (now.name = "Theirs")));
  assert.deepEqual(again.lay(kept(store, "agent_1").changes, again.base), []);
  assert.equal(again.get(["name"]), "Theirs");
  assert.equal(again.get(PROMPT), "Mine.");
  assert.equal(again.get(CITY), undefined);
});

test("after a reload a conflict is found again", () => {
  const store = new Store();
  const draft = draftOf();
  draft.set(PROMPT, "Mine.");
  keep(store, "agent_1", draft);
  const now = theirs((copy) => (copy.conversation_config.agent.prompt.prompt = "Theirs."));
  const again = new Draft(now);
  assert.equal(again.lay(kept(store, "agent_1").changes, again.base).length, 1);
  assert.equal(again.merge(now).conflicts.length, 1);
});

test("nothing is kept of an agent without changes, and texts that cannot be read yet are", () => {
  const store = new Store();
  const draft = draftOf();
  keep(store, "agent_1", draft, '{"name": ');
  assert.deepEqual(kept(store, "agent_1"), { changes: [], text: '{"name": ' });
  keep(store, "agent_1", draft);
  assert.equal(kept(store, "agent_1"), null);
  assert.equal(store.size, 0);
  keep(store, "agent_1", draft, "x");
  forget(store, "agent_1");
  assert.equal(store.size, 0);
});

test("a full or broken store is no failure", () => {
  const full = { setItem() { throw new Error("QuotaExceededError"); }, removeItem() {}, getItem: () => "{" };
  const draft = draftOf();
  draft.set(["name"], "Leo");
  assert.equal(keep(full, "agent_1", draft), false);
  assert.equal(kept(full, "agent_1"), null);
});

test("a prompt of 100 KB costs less than a millisecond a key", () => {
  const draft = draftOf();
  const prompt = "Speak slowly. ".repeat(7500);
  const start = performance.now();
  for (let key = 0; key < 100; key++) {
    draft.set(PROMPT, `${prompt}${key}`);
    assert.equal(draft.changes.length, 1);
  }
  assert.ok((performance.now() - start) / 100 < 1);
});

test("a tool that was made for the agent is chosen once, beside what was changed and not saved", () => {
  const draft = draftOf();
  draft.set(PROMPT, "Mine.");
  const query = new URLSearchParams("tab=tools&tool=tool_1");
  assert.deepEqual([choose(draft, query), choose(draft, query)], [true, false]);
  assert.deepEqual(patchOf(draft.changes), { conversation_config: { agent: { prompt: { prompt: "Mine.", tool_ids: ["tool_1"] } } } });
  assert.equal(choose(draft, new URLSearchParams("mcp=mcp_1")), true);
  assert.deepEqual(draft.get(["conversation_config", "agent", "prompt", "mcp_server_ids"]), ["mcp_1"]);
});
