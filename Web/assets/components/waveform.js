// The channels of a recording as waveforms above one another, on one axis of time, with a place to play from.

import { h } from "../core/dom.js";

/** The shortest part that fills the width, in seconds. */
const SHORTEST = 4;
/** Width of a bar with the gap after it, in CSS pixels. */
const BAR = 3;

/** A view within a recording of `duration` seconds. @returns {{start: number, span: number}} Seconds. */
export function fit({ start, span }, duration) {
  const width = Math.min(Math.max(span, Math.min(SHORTEST, duration)), duration);
  return { span: width, start: Math.min(Math.max(start, 0), duration - width) };
}

/** The view after zooming so that `around`, a time, stays where it is. */
export const zoomed = (view, factor, around, duration) =>
  fit({ span: view.span / factor, start: around - (around - view.start) * (Math.min(Math.max(view.span / factor, SHORTEST), duration) / view.span) }, duration);

/** The loudest value under each of `count` bars of a view; `levels` has `rate` values a second. */
export function bars(levels, rate, { start, span }, count) {
  const result = new Float32Array(count);
  for (let bar = 0; bar < count; bar += 1) {
    const first = Math.floor((start + (bar / count) * span) * rate);
    const end = Math.min(levels.length, Math.max(first + 1, Math.floor((start + ((bar + 1) / count) * span) * rate)));
    let most = 0;
    for (let index = Math.max(0, first); index < end; index += 1) if (levels[index] > most) most = levels[index];
    result[bar] = most / 255;
  }
  return result;
}

/** Seconds between the axis' labels, so that `width` pixels hold them. */
export const axisStep = (span, width) => [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find((step) => (step / span) * width >= 64) ?? 3600;

/**
 * @param {{channels: {label: string, color: string}[], duration: number, onseek: (seconds: number) => void, signal: AbortSignal}} options
 *   `color` is a custom property.
 * @returns An element with `show(peaks)` (`{rate, channels: Uint8Array[]}`), `at(seconds, follows)`, `mark(marks)` (`{channel, start,
 *   end}` in seconds, drawn as alarms) and `zoom(factor)`; a factor of 0 shows all.
 */
export function waveform({ channels, duration, onseek, signal }) {
  const canvases = channels.map(() => h("canvas", { aria: { hidden: "true" } }));
  const axis = h("canvas.axis", { aria: { hidden: "true" } });
  const head = h("div.playhead");
  const lines = h("div.channels", canvases, axis, head);
  const element = h("div.waveform", { tabindex: "0", role: "slider", aria: { label: "Place in the recording", valuemin: "0", valuenow: "0", valuemax: duration.toFixed(0) } }, h("div.labels", { aria: { hidden: "true" } }, channels.map(({ label }) => h("span", label))), lines);
  let view = fit({ start: 0, span: duration }, duration);
  let peaks = null;
  let marks = [];
  let time = 0;
  let isDrawing = false;

  function draw() {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      if (!element.isConnected) return;
      canvases.forEach(drawChannel);
      drawAxis();
      placeHead();
    });
  }

  /** A custom property may be an expression; what an element has of it is a colour. */
  function colour(name) {
    head.style.color = `var(${name})`;
    return getComputedStyle(head).color;
  }

  function drawChannel(canvas, index) {
    const { context, width, height } = sized(canvas);
    const count = Math.max(1, Math.floor(width / BAR));
    const heights = peaks ? bars(peaks.channels[index], peaks.rate, view, count) : new Float32Array(count);
    context.fillStyle = colour("--alarm-soft");
    for (const mark of marks) if (mark.channel === index) context.fillRect(x(mark.start, width), 0, Math.max(2, x(mark.end, width) - x(mark.start, width)), height);
    context.fillStyle = colour(channels[index].color);
    // The root makes soft voices visible beside loud ones.
    heights.forEach((level, bar) => {
      const tall = Math.max(1, Math.sqrt(level) * height);
      context.fillRect((bar * width) / count, (height - tall) / 2, BAR - 1, tall);
    });
  }

  function drawAxis() {
    const { context, width, height } = sized(axis);
    const step = axisStep(view.span, width);
    context.fillStyle = colour("--quiet");
    context.font = `${height * 0.6}px ${getComputedStyle(axis).fontFamily}`;
    context.textBaseline = "bottom";
    for (let at = Math.ceil(view.start / step) * step; at <= view.start + view.span; at += step) {
      const left = x(at, width);
      context.fillRect(left, 0, 1, 4);
      const text = `${Math.floor(at / 60)}:${String(step < 1 ? (at % 60).toFixed(1) : Math.round(at % 60)).padStart(step < 1 ? 4 : 2, "0")}`;
      if (left + context.measureText(text).width < width) context.fillText(text, left + 3, height);
    }
  }

  const x = (at, width) => ((at - view.start) / view.span) * width;
  const seconds = (event) => {
    const box = lines.getBoundingClientRect();
    return Math.min(duration, Math.max(0, view.start + ((event.clientX - box.left) / box.width) * view.span));
  };

  function placeHead() {
    const place = x(time, lines.clientWidth);
    head.hidden = place < 0 || place > lines.clientWidth;
    head.style.transform = `translateX(${place}px)`;
  }

  function look(next) {
    view = next;
    draw();
  }

  lines.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    lines.setPointerCapture(event.pointerId);
    onseek(seconds(event));
  });
  lines.addEventListener("pointermove", (event) => lines.hasPointerCapture(event.pointerId) && onseek(seconds(event)));
  lines.addEventListener(
    "wheel",
    (event) => {
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.ctrlKey || event.metaKey) look(zoomed(view, Math.exp(-event.deltaY / 200), seconds(event), duration));
      else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) look(fit({ ...view, start: view.start + (sideways / lines.clientWidth) * view.span }, duration));
      else return;
      event.preventDefault();
    },
    { passive: false },
  );
  const sizes = new ResizeObserver(draw);
  sizes.observe(lines);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
  signal.addEventListener("abort", () => (sizes.disconnect(), theme.disconnect()));

  element.show = (next) => ((peaks = next), draw());
  element.mark = (next) => ((marks = next), draw());
  element.zoom = (factor) => look(factor ? zoomed(view, factor, time >= view.start && time <= view.start + view.span ? time : view.start + view.span / 2, duration) : fit({ start: 0, span: duration }, duration));
  element.at = (next, follows = false) => {
    time = next;
    if (follows && (time < view.start || time > view.start + view.span)) look(fit({ ...view, start: time - view.span * 0.05 }, duration));
    placeHead();
    if (element.getAttribute("aria-valuenow") === time.toFixed(0)) return;
    element.setAttribute("aria-valuenow", time.toFixed(0));
    element.setAttribute("aria-valuetext", `${Math.floor(time / 60)} minutes ${Math.floor(time % 60)} seconds`);
  };
  return element;
}

/** A canvas with as many pixels as the screen has for it, cleared. */
function sized(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return { context, width, height };
}
