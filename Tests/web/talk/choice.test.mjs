import assert from "node:assert/strict";
import { test } from "node:test";

import { choice } from "../../../Web/assets/rooms/talk/choice.js";
import { askedOf, refusalWords } from "../../../Web/assets/talk/link.js";

const agents = [{ agent_id: "b", name: "Zoë" }, { agent_id: "a", name: "Anna" }, { agent_id: "c", name: "Anna" }, { agent_id: "d", name: "" }];

test("agents stand by name, told apart by id where names are the same", () => {
  assert.deepEqual(choice(agents).options.map(([, text]) => text), ["Anna (a)", "Anna (c)", "d", "Zoë"]);
});

test("the address goes before what was chosen last, and that before the first", () => {
  assert.equal(choice(agents).selected, "a");
  assert.equal(choice(agents, { last: "b" }).selected, "b");
  assert.equal(choice(agents, { last: "gone" }).selected, "a");
  assert.equal(choice(agents, { asked: "elsewhere", last: "b" }).selected, "elsewhere");
  assert.equal(choice([]).selected, null);
});

test("a link's agent and signature, in every spelling", () => {
  assert.deepEqual(askedOf("?agent_id=a"), { agentID: "a", signature: null });
  assert.deepEqual(askedOf("?agent_id=a&conversation_signature=s&override=x"), { agentID: "a", signature: "s" });
  const signed = encodeURIComponent("wss://elsewhere.example/v1/convai/conversation?agent_id=a&conversation_signature=s");
  assert.deepEqual(askedOf(`?signed_url=${signed}`), { agentID: "a", signature: "s" });
  assert.deepEqual(askedOf("?signed_url=nonsense"), { agentID: null, signature: null });
});

test("refusals say what to do", () => {
  assert.match(refusalWords(null), /agent_id/);
  assert.match(refusalWords({ status: 404 }), /new link/);
  assert.match(refusalWords({ status: 401, message: "No." }), /15 minutes.*No\./);
  assert.equal(refusalWords({ status: 0, message: "The server does not answer." }), "The server does not answer.");
});
