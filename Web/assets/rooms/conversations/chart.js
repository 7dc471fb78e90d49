// A waterfall as a drawing: a lane for each part of the server, and one for what was waited for.

import { h, shape } from "../../core/dom.js";
import { lanes, seconds, stepText, ticks, waits } from "./waterfall.js";

const HEIGHT = 24;

/**
 * Draws a waterfall. The numbers of a step are said below while the pointer is on it, or when an arrow key chooses it.
 *
 * @param {{subject: string, steps: object[]}} waterfall
 * @param {{id: string, from: number, to: number}[]} path Of `criticalPath`.
 */
export function chart(waterfall, path) {
  const { from, to, lanes: drawn } = lanes(waterfall);
  const x = (time) => `${(((Math.min(Math.max(time, from), to) - from) / (to - from)) * 100).toFixed(3)}%`;
  const width = (start, end) => `${(((Math.min(end, to) - Math.max(start, from)) / (to - from)) * 100).toFixed(3)}%`;
  const marks = [];
  const hint = `${origins[waterfall.subject] ?? origins.response} The arrow keys tell about one step after the other.`;
  const words = h("p.readout.small", { aria: { live: "polite" } }, hint);

  const lane = ({ title, items }) =>
    h("div.lane", h("span.small.quiet", title), canvas(items.flatMap((item) => {
      const element = item.to === undefined ? mark(item) : shape("rect", { x: x(item.from), width: width(item.from, item.to), y: 6, height: HEIGHT - 12, rx: 3 });
      element.classList.add("item", item.tone);
      element.dataset.step = item.step;
      marks.push(element);
      return [element];
    })));
  const mark = (item) => shape("circle", { cx: x(item.from), cy: HEIGHT / 2, r: 4.5 });
  const canvas = (children) => {
    const image = shape("svg", { width: "100%", height: HEIGHT, "aria-hidden": "true" });
    for (const at of ticks(from, to)) image.append(shape("line", { class: at === 0 ? "zero" : "grid", x1: x(at), x2: x(at), y1: 0, y2: HEIGHT }));
    image.append(...children);
    return image;
  };
  const waiting = path.length
    ? h("div.lane", h("span.small.quiet", "Waiting"), canvas(path.map((part) => {
      const element = shape("rect", { x: x(part.from), width: width(part.from, part.to), y: 3, height: HEIGHT - 6, rx: 3, class: `item wait-${part.id}` });
      element.dataset.wait = `${seconds(part.from)} to ${seconds(part.to)}: waited for ${waits[part.id]}.`;
      return element;
    })))
    : null;
  const axis = shape("svg", { width: "100%", height: 18, "aria-hidden": "true" });
  for (const at of ticks(from, to)) {
    const label = shape("text", { x: x(at), y: 13, "text-anchor": at - from < (to - from) * 0.06 ? "start" : to - at < (to - from) * 0.06 ? "end" : "middle" }, `${Number((at / 1000).toFixed(2))} s`.replace("-", "−"));
    axis.append(label);
  }

  let chosen = -1;
  function choose(step) {
    chosen = step;
    for (const element of marks) element.classList.toggle("on", Number(element.dataset.step) === step);
    words.textContent = step < 0 ? hint : stepLine(waterfall.steps[step]);
  }
  const element = h(
    "div.conversations-chart",
    {
      tabindex: "0",
      role: "group",
      aria: { label: "Waterfall. The arrow keys tell about one step after the other." },
      dataset: { keys: "" },
      onpointerover: ({ target }) => {
        if (target.dataset.step) choose(Number(target.dataset.step));
        else if (target.dataset.wait) words.textContent = target.dataset.wait;
      },
      onpointerleave: () => choose(-1),
      onkeydown: (event) => {
        const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (event.key === "Escape") choose(-1);
        if (!move) return;
        event.preventDefault();
        choose(Math.min(waterfall.steps.length - 1, Math.max(0, chosen + move)));
      },
    },
    waiting,
    drawn.map(lane),
    h("div.lane", h("span"), axis),
    words,
  );
  return element;
}

const origins = {
  answer: "Time counts from the end of the caller's speech.",
  response: "Time counts from the moment at which the response was begun.",
  overlap: "Time counts from the beginning of the speech over the agent.",
};

/** A step in one line: when, what, and its numbers. */
export function stepLine(step) {
  const { name, text } = stepText(step);
  return `${seconds(step.at_ms).replace("-", "−")} · ${name}. ${text}`;
}
