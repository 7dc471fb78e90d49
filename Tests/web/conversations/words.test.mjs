import assert from "node:assert/strict";
import { test } from "node:test";
import { endedWords, interruptions, isLive, place, rowTexts, transcriptText, unheard } from "../../../Web/assets/rooms/conversations/words.js";
import { endings } from "../../../Web/assets/rooms/conversations/filters.js";

test("Every way to end has words, and unknown ones stay as they are", () => {
  for (const reason of endings) assert.doesNotMatch(endedWords("done", reason), /\.$/);
  assert.equal(endedWords("done", "The client has gone."), "The caller hung up");
  assert.equal(endedWords("failed", "Nothing was received for 60 s."), "Nothing was received for 60 s");
  assert.equal(endedWords("failed", "", { reason: "The model is gone." }), "The model is gone");
  assert.equal(endedWords("failed", ""), "Failed, for a reason that was not recorded");
  assert.equal(endedWords("in-progress", ""), "In progress");
  assert.equal(endedWords("done", ""), "Ended");
  assert.ok(isLive("initiated") && !isLive("done"));
});

test("A row says what the list has, markup as text", () => {
  const row = rowTexts({ agent_name: "<b>Ada</b>", agent_id: "a", start_time_unix_secs: 1, call_duration_secs: 75, message_count: 3, status: "done", termination_reason: "The agent ended the call.", tool_names: ["a", "b", "c"], rating: 2 });
  assert.equal(row.name, "<b>Ada</b>");
  assert.equal(row.length, "1:15");
  assert.equal(row.tools, "a, b +1");
  assert.equal(row.rating, "★★");
  assert.equal(rowTexts({ agent_id: "a", status: "in-progress", start_time_unix_secs: 0 }).tone, "accent");
});

test("What was not heard follows what was", () => {
  assert.equal(unheard("We open at", "We open at nine and close at five."), "nine and close at five.");
  assert.equal(unheard("", "All of it."), "All of it.");
  assert.equal(unheard(null, "All of it."), "All of it.");
  assert.equal(unheard("We  open", "We open late."), "late.");
  assert.equal(unheard("All of it.", "All of it."), "");
  assert.equal(unheard("All of it.", null), "");
});

test("Interruptions are those after which the caller spoke", () => {
  const turns = [{ role: "agent", interrupted: true }, { role: "user" }, { role: "agent", interrupted: true }];
  assert.equal(interruptions(turns), 1);
  assert.equal(interruptions([]), 0);
});

test("A transcript is a text with times, tools and what was not heard", () => {
  const text = transcriptText({
    conversation_id: "conv_1", agent_name: "Ada", status: "done",
    metadata: { start_time_unix_secs: 0, call_duration_secs: 61, termination_reason: "The client has gone.", error: null },
    transcript: [
      { role: "agent", message: "We open", time_in_call_secs: 0, interrupted: true, original_message: "We open at nine." },
      { role: "user", message: "When?", time_in_call_secs: 65 },
      { role: "agent", message: "At nine, says Ada.", time_in_call_secs: 65, parley_by: "human" },
      { role: "agent", message: null, time_in_call_secs: 66, tool_calls: [{ tool_name: "clock", request_id: "1", params_as_json: "{}" }], tool_results: [{ request_id: "1", result_value: "nine" }] },
    ],
  });
  assert.match(text, /Ada, .*\n1:01\. The caller hung up\.\nconv_1\n\n/);
  assert.match(text, /\[0:00\] Agent: We open \[not heard: at nine\.\]\n\[1:05\] Caller: When\?\n\[1:05\] A person, with the agent's voice: At nine, says Ada\.\n\[1:06\] Tool clock\(\{\}\): nine\n$/);
});

test("places in a recording", () => {
  assert.deepEqual([0, 12.44, 59.97, 61.5].map(place), ["0:00.0", "0:12.4", "0:59.9", "1:01.5"]);
});
