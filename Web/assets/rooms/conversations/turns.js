// The waterfalls of a call, each with its drawing and the reason in words.

import { h, svg } from "../../core/dom.js";
import { counted, milliseconds } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { badge, empty, notice, tile } from "../../components/page.js";
import { chart, stepLine } from "./chart.js";
import { summary, why } from "./why.js";
import { WINDOW, isFailed, waits } from "./waterfall.js";
import { place } from "./words.js";

/**
 * @param {object[]} waterfalls
 * @param {{tools: {name: string, ms: number}[][], onplay: ((seconds: number) => void) | null}} options What the response of each ran;
 *   `onplay` is null where there is no recording.
 * @returns An element with `show(index)`, which opens a waterfall and scrolls to it.
 */
export function turnsPanel(waterfalls, { tools, onplay }) {
  if (!waterfalls.length) return Object.assign(h("div.card", empty("No answers were made", "The log of this call has no answer and no speech over the agent.")), { show() {} });
  const explained = waterfalls.map((waterfall, index) => ({ waterfall, reason: why(waterfall, tools[index]) }));
  const entries = explained.map((item) => entry(item, onplay));
  const { answers, p50, p95, heldUp } = summary(explained);
  const element = h(
    "div.stack",
    answers
      ? h(
        "div.tiles",
        tile("Half of the answers were heard within", milliseconds(p50), `of ${counted(answers, "answer")}, from the caller's last sound`),
        tile("Nineteen of twenty within", milliseconds(p95), "of the same answers"),
        heldUp.length ? tile("What took longest", `${heldUp[0].times} of ${answers}`, `answers: ${heldUp[0].text}`) : null,
      )
      : notice("No answer to speech was heard in this call."),
    h("div.card.flush.conversations-falls", entries),
  );
  element.show = (index) => {
    entries[index].unfold();
    entries[index].scrollIntoView({ block: "center" });
    entries[index].querySelector("summary").focus({ preventScroll: true });
  };
  entries[Math.max(0, waterfalls.findIndex(({ subject }) => subject === "answer"))].unfold();
  return element;
}

function entry({ waterfall, reason }, onplay) {
  const after = waterfall.answered_after_ms;
  const settled = waterfall.steps.findLast((step) => step.step === "settled");
  const outcome = waterfall.subject === "overlap"
    ? badge(settled?.takes_floor ? "The agent stopped" : "The agent went on", settled?.takes_floor ? "caution" : null)
    : isFailed(waterfall)
    ? badge("Failed", "alarm")
    : badge(after === null ? "No sound" : `after ${milliseconds(after)}`, after === null ? null : after > 1200 ? "caution" : "good");
  const element = h("details", h("summary", h("span.figure.quiet", place(waterfall.at_secs)), h("span.conversations-cut", reason.title), outcome));
  // Drawn when it is first opened: a long call has hundreds.
  const draw = () => {
    if (element.childElementCount > 1) return;
    const parts = reason.path.filter(({ from, to }) => to - from > WINDOW / 4);
    element.append(
      h(
        "div.stack.body",
        h("p", unbroken(reason.sentences.join(" "))),
        parts.length > 1 ? h("ol.conversations-path", parts.map(({ id, from, to }) => h("li", h(`span.key.wait-${id}`), `${milliseconds(to - from)} for ${waits[id]}`))) : null,
        chart(waterfall, reason.path),
        h(
          "div.row",
          onplay ? h("button.button", { onclick: () => onplay(Math.max(0, waterfall.at_secs - 3)) }, svg(icons.play), "Hear it") : null,
          h("details.conversations-numbers", h("summary.small", "All steps and numbers"), h("ol", waterfall.steps.map((step) => h("li.small.figure", stepLine(step))))),
        ),
      ),
    );
  };
  element.addEventListener("toggle", () => element.open && draw());
  element.unfold = () => {
    draw();
    element.open = true;
  };
  return element;
}

/** Numbers stay on one line with their units. */
const unbroken = (text) => text.replace(/(\d) (s|ms|%|dB)(?![a-z])/g, "$1\u00a0$2");
