import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownOf, parseMarkdown, withoutTags } from "../../../Web/assets/widget/rich.js";

const all = () => true;
const none = () => false;

test("emphasis and code", () => {
  assert.deepEqual(parseMarkdown("a **b *c* d** `d` *e*", none), [
    "a ", { tag: "strong", children: ["b ", { tag: "em", children: ["c"] }, " d"] }, " ", { tag: "code", children: ["d"] }, " ", { tag: "em", children: ["e"] },
  ]);
  assert.deepEqual(parseMarkdown("```js\nlet a = **1**;\n```", none), [{ tag: "code", children: ["let a = **1**;\n"] }]);
  assert.deepEqual(parseMarkdown("2 * 3 * 4", none), ["2 * 3 * 4"]);
  assert.deepEqual(parseMarkdown("## Title\ntext", none), ["Title\ntext"]);
});

test("a link that is not allowed is its text, an image its description", () => {
  assert.deepEqual(parseMarkdown("[Shop](https://a.example/x)", all), [{ tag: "a", href: "https://a.example/x", children: ["Shop"] }]);
  assert.deepEqual(parseMarkdown("[Shop](javascript:alert`1`)", none), ["Shop"]);
  assert.deepEqual(parseMarkdown("![A cat](https://a.example/cat.png)", all), ["A cat"]);
  assert.deepEqual(parseMarkdown("See https://a.example/x, please", all), ["See ", { tag: "a", href: "https://a.example/x", children: ["https://a.example/x"] }, ", please"]);
});

test("markup stays text, and long texts are read in time", () => {
  assert.deepEqual(parseMarkdown("<img src=x onerror=alert(1)>", all), ["<img src=x onerror=alert(1)>"]);
  for (const text of ["*".repeat(20_000), "[".repeat(20_000), "`a".repeat(5_000), "**a".repeat(5_000)]) {
    const began = performance.now();
    parseMarkdown(text, all);
    assert.ok(performance.now() - began < 1000, `${text.slice(0, 3)}… took ${performance.now() - began} ms`);
  }
});

test("terms in HTML", () => {
  const html = `<style>p { color: red }</style><h3>Terms</h3><p>By calling you <b>agree</b> &amp; accept
    <a class="x" href="https://a.example/terms" onclick="evil()">our terms</a>.</p><ul><li>One</li><li>Two</li></ul><script>evil()</script><img src=x onerror=evil()>`;
  assert.equal(markdownOf(html), "**Terms**\n\nBy calling you **agree** & accept [our terms](https://a.example/terms).\n\n• One\n• Two");
  assert.deepEqual(parseMarkdown(markdownOf('<a href="javascript:evil`1`">x</a>'), (address) => /^https?:/.test(address)), ["x"]);
  assert.equal(markdownOf("a &lt;script&gt; b"), "a <script> b");
});

test("words for the voice alone are left out, links stay", () => {
  assert.equal(withoutTags("[laughs] Hello [very happy] you, see [here](https://a.example)"), "Hello you, see [here](https://a.example)");
});
