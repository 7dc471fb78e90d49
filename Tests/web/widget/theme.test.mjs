import assert from "node:assert/strict";
import { test } from "node:test";
import { legibleOn, themeOf } from "../../../Web/assets/widget/theme.js";

const untouched = { bg_color: "#ffffff", text_color: "#000000", btn_color: "#000000", btn_text_color: "#ffffff", border_color: "#e1e1e1", focus_color: "#000000", border_radius: null, btn_radius: null, styles: {} };

test("an agent that nobody gave colours is light or dark as the page is", () => {
  assert.deepEqual(themeOf(untouched), {});
  assert.deepEqual(themeOf({ ...untouched, bg_color: "#FFFFFF" }), {});
});

test("one colour of the older members makes all of them count", () => {
  assert.deepEqual(themeOf({ ...untouched, btn_color: "#cc0000", border_radius: 8, btn_radius: 0 }), {
    surface: "#ffffff", ink: "#000000", accent: "#cc0000", "on-accent": "#ffffff", line: "#e1e1e1", focus: "#000000", radius: "8px", "button-radius": "0px",
  });
});

test("styles count more, and what they leave out stays readable", () => {
  assert.deepEqual(themeOf({ ...untouched, styles: { accent: "#ffe08a", bubble_radius: 4, unknown: "x" } }), { accent: "#ffe08a", "on-accent": "#000000", "bubble-radius": "4px" });
  assert.deepEqual(themeOf({ styles: { base: "#101010" } }), { surface: "#101010", ink: "#ffffff" });
  assert.deepEqual(themeOf({ styles: { base_primary: "#fafafa" } }), { surface: "#000000", ink: "#fafafa" });
});

test("black or white, whichever has more contrast", () => {
  assert.deepEqual(["#fff", "#000", "#777777", "#0b6e63", "#54cdbb", "rgb(0 0 0)", undefined].map(legibleOn), ["#000000", "#ffffff", "#000000", "#ffffff", "#000000", undefined, undefined]);
});
