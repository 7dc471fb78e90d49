import assert from "node:assert/strict";
import { test } from "node:test";
import { apiQuery, countFilters, dayStart, endings, lengthSeconds, names, readFilters } from "../../../Web/assets/rooms/conversations/filters.js";

const read = (text) => readFilters(new URLSearchParams(text));
const asked = (text, now) => Object.fromEntries(Object.entries(apiQuery(read(text), now)).filter(([, value]) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length)));

test("An address without filters asks for everything", () => {
  assert.deepEqual(asked(""), {});
  assert.equal(countFilters(read("q=x&order=asc")), 0);
  assert.equal(countFilters(read("agent=a&tools=b&tab=log")), 2);
  assert.ok(names.every((name) => read("")[name] === ""));
});

test("Filters become the API's", () => {
  assert.deepEqual(asked("q=hello&agent=agent_1&user=u&kind=text&tools=end_call, weather&stars=4&starsto=5&comment=true&language=en&source=python_sdk&order=asc&min=1:30&max=10m"), {
    search: "hello", agent_id: "agent_1", user_id: "u", call_duration_min_secs: 90, call_duration_max_secs: 600, rating_min: 4,
    rating_max: 5, has_feedback_comment: "true", text_only: "true", conversation_initiation_source: "python_sdk", tool_names: ["end_call", "weather"],
    main_languages: ["en"], sort_direction: "asc",
  });
  assert.equal(asked(`ended=${encodeURIComponent(endings[0])}`).termination_reasons, endings[0]);
  assert.ok(!asked("state=live").exclude_statuses.includes("in-progress"));
  assert.ok(asked("state=failed").exclude_statuses.includes("done"));
  assert.equal(asked("kind=voice").text_only, "false");
});

test("Days are the reader's, whole, and the API's bounds exclude", () => {
  const now = new Date(2026, 7, 10, 15, 30).getTime();
  const midnight = (day) => new Date(2026, 7, day).getTime() / 1000;
  assert.deepEqual(asked("days=1", now), { call_start_after_unix: midnight(10) - 1 });
  assert.deepEqual(asked("days=7", now), { call_start_after_unix: midnight(4) - 1 });
  assert.deepEqual(asked("from=2026-08-03&to=2026-08-03", now), { call_start_after_unix: midnight(3) - 1, call_start_before_unix: midnight(4) });
  assert.equal(dayStart("yesterday"), null);
});

test("What cannot be read filters nothing", () => {
  assert.deepEqual(asked("min=long&stars=many&from=soon&state=odd&kind=odd"), {});
  assert.deepEqual(["90", "90 s", "2 min", "1h", "1:05", "1:75", "", "-3"].map(lengthSeconds), [90, 90, 120, 3600, 65, null, null, null]);
});
