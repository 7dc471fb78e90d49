import assert from "node:assert/strict";
import { test } from "node:test";
import { summary, why } from "../../../Web/assets/rooms/conversations/why.js";
import { waterfallsOf } from "../../../Web/assets/rooms/conversations/align.js";
import { answer, overlap, response } from "./waterfalls.mjs";

const text = (waterfall) => why(waterfall).sentences.join(" ");

test("An answer that was ready in time was held up by the wait alone", () => {
  const { title, sentences, heldUpBy } = why(answer());
  assert.equal(title, "Answer: “What time do you open”");
  assert.deepEqual(sentences, [
    "The caller stopped speaking at 12.40 s.",
    "The words “What time do you open” sounded finished (odds 9 to 1), the sound of the voice less so (62 % for an end).",
    "So the agent waited for 0.43 s of silence.",
    "The answer was ready 0.05 s before that, so nothing else held it up: it was heard 0.45 s after the caller's last sound.",
  ]);
  assert.equal(heldUpBy, "the silence that the words and the sound ask for");
});

test("An answer that was late names what it waited for, and what came last", () => {
  const said = text(answer({}, { late: 600 }));
  assert.match(said, /The answer was not ready then\. It waited for the model's first word \(0\.35 s\), then for the model's first clause \(0\.04 s\), and last for the voice's first sound \(0\.15 s\)\./);
  assert.match(said, /heard 1\.00 s after the caller's last sound/);
});

test("Words and sound that agree or disagree are told apart", () => {
  assert.match(text(answer({ sound: 0.94 })), /the sound of the voice too \(94 % for an end\)/);
  assert.match(text(answer({ sound: 0.2 })), /but the sound of the voice did not \(20 % for an end\)/);
  assert.match(text(answer({ odds: -2, completeness: "open", sound: 0.1 })), /sounded unfinished \(odds 1 to 7\), and so did the sound of the voice/);
  assert.match(text(answer({ odds: -0.5, completeness: "unlikely", sound: 0.9 })), /sounded as if more might follow \(odds 1 to 1\.6\), but the sound of the voice was that of an end/);
  assert.match(text(answer({ sound: null })), /; the sound of the voice did not count\./);
});

test("Every completeness has words, by odds and by rule", () => {
  for (const completeness of ["conclusive", "complete", "neutral", "unlikely", "open"]) {
    for (const odds of [1.2, -1.2, null]) {
      const said = text(answer({ completeness, odds }));
      assert.doesNotMatch(said, /were judged|undefined|null|NaN/, `${completeness} ${odds}`);
    }
  }
  assert.match(text(answer({ completeness: "open", odds: null })), /lack something by rule/);
});

test("The language model's judgement and the caller's pace are told where they counted", () => {
  assert.match(text(answer({ ending: 0.86 })), /A language model was asked too: it gave 86 % that nothing follows them/);
  assert.match(text(answer({ pace: 0.85 })), /15 % less than usual, because this caller pauses little/);
  assert.match(text(answer({ pace: 1.356 })), /36 % more than usual, because this caller pauses for long/);
  assert.doesNotMatch(text(answer()), /usual|language model/);
});

test("The other bases of an end are told", () => {
  assert.match(text(answer({ basis: "missingTranscript", wait_ms: 4000 })), /No transcript of the last sounds came within 4\.00 s/);
  assert.match(text(answer({ basis: "noise", silence_ms: 0, wait_ms: 700 })), /Sound went on after the words .*but no new word came/);
  assert.match(text(answer({ basis: "moonlight" })), /taken for over \(moonlight\)/);
});

test("A decision that came later than the wait says what for", () => {
  const late = answer({ wait_ms: 244 });
  late.steps.splice(-3, 0, { step: "ending", words: "What time do you open", probability: 0.7, at_ms: 448 });
  assert.match(text(late), /The turn was over only after 0\.45 s\. The language model's judgement of the words came only then\./);
  assert.match(text(answer({ wait_ms: 244, silence_ms: 448 })), /The log does not say what for\./);
  const words = answer({ wait_ms: 288 });
  words.steps.find(({ step }) => step === "transcript").at_ms = 440;
  assert.match(text(words), /The transcript came only then, after 0\.04 s of work\./);
});

test("Answers thrown away, words that stopped the agent, and the second clause are told", () => {
  const discards = [{ step: "discard", response: 1, at_ms: -200 }];
  assert.match(text(answer({}, { steps: discards })), /an answer was begun early and thrown away unheard/);
  assert.match(text(answer({}, { steps: [...discards, ...discards] })), /2 answers were begun early/);
  assert.match(text(answer({}, { steps: [{ step: "settled", at_ms: -900, takes_floor: true }] })), /had begun while the agent spoke, and these words stopped it/);
  const second = answer();
  second.steps.push({ step: "second_audio", left_ms: 700, at_ms: 700 });
  assert.match(text(second), /second clause was there 0\.70 s before the first one ran out/);
  second.steps.at(-1).left_ms = 0;
  assert.match(text(second), /had run out when the second was there/);
});

test("A response that nobody heard is said to be unheard", () => {
  const unheard = answer();
  unheard.steps.pop();
  assert.match(text(unheard), /It was released 0\.45 s after the caller's last sound, but no sound of it was sent/);
  unheard.steps.pop();
  assert.match(text(unheard), /It was not released\./);
});

test("Every basis of an overlap has words", () => {
  const cases = [
    [{ basis: "words", words: "stop it" }, /“stop it” are more than agreement, so the agent stopped, and the caller was listened to \(after 0\.29 s\)/],
    [{ basis: "unclearWords", words: "Tuesday", threshold_ms: 256 }, /“Tuesday” has a single word .* twice in a row while the speech had lasted 0\.35 s \(0\.26 s are enough\)/],
    [{ basis: "length", threshold_ms: 1000, speech_ms: 1024 }, /lasted 1\.02 s \(1\.00 s are enough\), which is longer than agreement/],
    [{ basis: "agreement", words: "mm-hm", takes_floor: false }, /“mm-hm” are agreement and no wish to speak, so the agent went on from where it was/],
    [{ basis: "noWords", takes_floor: false }, /No word was understood/],
    [{ basis: "faint", takes_floor: false }, /too faint to be this caller's \(its loudest moment had −2[01] dB, and this caller is above −31 dB\)/],
    [{ basis: "faint", takes_floor: false, peak_db: null, near_level_db: null }, /too faint to be this caller's, so/],
    [{ basis: "uninterruptible", words: "hello", takes_floor: false }, /cannot be interrupted.*went on to the end/],
    [{ basis: "moonlight" }, /It was decided \(moonlight\)/],
  ];
  for (const [changes, expected] of cases) assert.match(text(overlap(changes)), expected);
});

test("How the agent yielded is told in order, and also that it did not", () => {
  assert.match(text(overlap({ basis: "words", words: "a b" })), /the agent spoke more quietly at once and fell silent after 0\.03 s/);
  assert.match(text(overlap({ basis: "faint", takes_floor: false }, [{ step: "full", at_ms: 0 }])), /The agent spoke on while it found out/);
  const undecided = overlap({ basis: "words" });
  undecided.steps.pop();
  assert.match(text(undecided), /The log has no decision about it/);
});

test("Every cause of a response has words", () => {
  for (const cause of ["greeting", "typed", "takeover", "silence", "overheard", "farewell"]) {
    const { title, sentences } = why(response(cause));
    assert.doesNotMatch(title, /Response/);
    assert.match(sentences.join(" "), /It was begun at 3\.00 s\. It waited for the voice's first sound \(0\.25 s\)/);
  }
  assert.equal(why(response("overheard", "yes")).title, "Answer to words spoken over the agent: “yes”");
  assert.match(text(response("moonlight")), /does not say more/);
});

test("Tools are told, and what was waited for before and after them", () => {
  const waterfall = response("typed", "", [{ step: "first_token", at_ms: 900 }]);
  for (const step of waterfall.steps) if (step.step === "first_audio") step.at_ms = 950; else if (step.step === "heard") step.at_ms = 960;
  const { sentences, path } = why(waterfall, [{ name: "create_booking", ms: 8 }]);
  assert.deepEqual(path.map(({ id }) => id), ["asking", "result", "voice", "gate"]);
  assert.match(sentences.join(" "), /waited for the model to ask for a tool \(0\.25 s\), then for the tool, and the model's first word after it \(0\.65 s\).*It used create_booking \(8 ms\)\./);
  assert.equal(why(waterfall).path[0].id, "model");
});

test("A wait that was bridged and a failure are told, with what the agent did about it", () => {
  const failed = { step: "failed", task: "language_model", engine: "gpt-x", message: "HTTP 503.", at_ms: 2900 };
  const sorry = answer({}, { late: 3000 });
  sorry.steps = [...sorry.steps.filter(({ step }) => step !== "first_token"), { step: "bridged", at_ms: 2400 }, failed, { step: "apology", at_ms: 2901 }].sort((a, b) => a.at_ms - b.at_ms);
  assert.match(text(sorry), /waited for the next words, until a filler was to take their place \(1\.95 s\), then for an engine that failed \(0\.50 s\)/);
  assert.match(text(sorry), /filled the wait with a short phrase such as “One moment”\. The language model gpt-x failed: “HTTP 503”, so the agent apologised in place of an answer\./);
  const cut = answer({}, { late: 3000, steps: [{ step: "bridged", at_ms: 100 }, { step: "bridged", at_ms: 101 }] });
  cut.steps.push({ ...failed, task: null, at_ms: 5000 }, { step: "apology", at_ms: 5000 });
  assert.match(text(cut), /with 2 short phrases.*The engine gpt-x failed: “HTTP 503”, so the agent apologised after what had been written\./);
  assert.match(text(response("greeting", "", [{ step: "failed", task: "voice", engine: "", message: "", at_ms: 20 }])), /The voice failed\./);
});

test("A response that failed before it was heard says so, and ends with that", () => {
  const lost = answer();
  lost.steps = [...lost.steps.filter(({ step }) => !["first_token", "first_clause", "first_audio", "safe", "ready", "gate_open", "heard"].includes(step)), { step: "failed", task: "language_model", engine: "gpt-x", message: "No route to host", at_ms: 1450 }];
  lost.answered_after_ms = null;
  const { sentences, path, heldUpBy } = why(lost);
  assert.match(sentences.join(" "), /Nothing of it was heard: it failed 1\.45 s after the caller's last sound\. The language model gpt-x failed: “No route to host”\.$/);
  assert.deepEqual([path.at(-1), heldUpBy], [{ id: "failure", from: 448, to: 1450 }, "an engine that failed"]);
  assert.equal(summary([{ waterfall: lost, reason: why(lost) }]).answers, 0);
  assert.deepEqual(waterfallsOf([{ role: "agent", message: "Yes.", time_in_call_secs: 12 }], [lost, { ...answer(), at_secs: 12.9 }]), [1]);
});

test("A call's summary counts answers that were heard", () => {
  const all = [answer(), answer({}, { late: 900 }), overlap({ basis: "words" }), response("greeting")].map((waterfall) => ({ waterfall, reason: why(waterfall) }));
  assert.deepEqual(summary(all), {
    answers: 2, p50: 448, p95: 1300,
    heldUp: [{ text: "the silence that the words and the sound ask for", times: 1 }, { text: "the model's first word", times: 1 }],
  });
  assert.deepEqual(summary([]), { answers: 0, p50: null, p95: null, heldUp: [] });
});
