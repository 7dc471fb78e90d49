// Both sides of a call over the last seconds, as a strip: who spoke, how loud, and where an answer was awaited.

import { h } from "../core/dom.js";
import { BAR } from "./floor.js";

/** Width of a bar with its gap, in CSS pixels. */
const STEP = 5;

/** A strip with a meter for each side. `draw(lanes, levels)` of the result shows the present. */
export function laneStrip() {
  const canvas = h("canvas");
  const meters = { agent: h("i"), you: h("i") };
  const name = (side, text) => h(`div.talk-lane.${side}`, h("span", text), h("span.talk-meter", meters[side]));
  const element = h("div.talk-lanes", { aria: { hidden: "true" } }, h("div.talk-lane-names", name("agent", "Agent"), name("you", "You")), canvas);
  let drawn = null;

  element.draw = (lanes, levels) => {
    for (const [side, meter] of Object.entries(meters)) meter.style.transform = `scaleX(${levels[side].toFixed(2)})`;
    const now = performance.now();
    if (Math.floor(now / BAR) === drawn) return;
    drawn = Math.floor(now / BAR);
    // A canvas does not know the page's colours by name.
    const [agent, you, waiting] = [meters.agent, meters.you, canvas].map((one, index) => getComputedStyle(one)[index < 2 ? "backgroundColor" : "color"]);
    paint(canvas, lanes, now, { agent, you, waiting });
  };
  return element;
}

function paint(canvas, lanes, now, colours) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const pen = canvas.getContext("2d");
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width, height);
  const bar = (age, lane, level, colour) => {
    const tall = 2 + level * (height / 2 - 8);
    pen.fillStyle = colour;
    pen.beginPath();
    pen.roundRect(width - (age + 1) * STEP, (height * lane) / 4 - tall / 2, STEP - 2, tall, 1.5);
    pen.fill();
  };
  for (const { age, agent, you, isWaiting } of lanes.last(Math.ceil(width / STEP), now)) {
    if (agent > 0.05) bar(age, 1, agent, colours.agent);
    else if (isWaiting) bar(age, 1, 0.06, colours.waiting);
    if (you > 0.05) bar(age, 3, you, colours.you);
  }
}
