// The lines of a live transcript as elements.

import { h } from "../../core/dom.js";
import { badge } from "../../components/page.js";
import { plainValue, toolWords } from "../../talk/wording.js";

/** The element of a line of `events.js`. */
export function lineElement(line) {
  return { caller, agent, tool, note }[line.kind](line);
}

const caller = ({ text, isTyped }) => h("li.live-line.caller", h("span.live-who", isTyped ? "Caller, typed" : "Caller"), h("p", text));

function agent({ text, unheard, isInterrupted, isYours, isHuman, isWaiting }) {
  return h(
    "li.live-line.agent",
    h("span.live-who", isYours ? "You, with the agent's voice" : isHuman ? "A person, with the agent's voice" : "Agent"),
    h("p", text, unheard ? [" ", h("s.quiet", { aria: { label: `not heard: ${unheard}` } }, unheard)] : null),
    isInterrupted ? h("span.small.quiet", text ? "Interrupted" : "Interrupted before it was heard") : null,
    isWaiting ? h("span.small.quiet", "On its way") : null,
  );
}

function tool({ name, type, state, parameters, result }) {
  const details = [parameters && Object.keys(parameters).length ? ["Arguments", plainValue(parameters)] : null, result ? ["Result", result] : null].filter(Boolean);
  return h(
    "li.live-line.tool",
    h("span.row", h("span.mono", name), badge(...toolWords({ state, answered: null })), type ? h("span.small.quiet", `${type} tool`) : null),
    details.length ? h("details", h("summary.small", details.map(([title]) => title).join(" and ")), details.map(([title, text]) => [h("h3.small", title), h("pre", text)])) : null,
  );
}

const note = ({ text, isAlarm }) => h(isAlarm ? "li.live-line.note.alarm" : "li.live-line.note", text);
