// The lines of a live transcript as elements.

import { h } from "../../core/dom.js";
import { toolBox } from "../../talk/entries.js";

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

const tool = (line) => h("li.talk-entry.tool.live-tool", toolBox(line.of));

const note = ({ text, isAlarm }) => h(isAlarm ? "li.live-line.note.alarm" : "li.live-line.note", text);
