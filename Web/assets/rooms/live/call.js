// One call as it goes on: what is said, who has the floor, and what the reader may do about it.

import { get } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { duration, when } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { address } from "../../core/router.js";
import { callsInProgress } from "../../core/workspace.js";
import { confirmAction } from "../../components/dialog.js";
import { badge, notice, page } from "../../components/page.js";
import { failed, said } from "../../components/toast.js";
import { commands } from "./commands.js";
import { blank, connected, floorWords, noted, people, take, typed } from "./events.js";
import { lineElement } from "./lines.js";
import { Monitor, resumes } from "./monitor.js";

/** The call that was taken over in this tab, and since when its page was gone. */
const TAKEN = "parley.live.taken";
/** Pixels from its end within which a transcript follows what is said. */
const NEAR = 80;

export async function openCall(id, signal) {
  const back = { href: address("live"), label: "All live calls" };
  const entry = (await callsInProgress(signal)).find((call) => call.conversation_id === id);
  if (!entry) return page("Call", { back }, over(id));
  const running = h("span.figure", duration(Date.now() / 1000 - entry.start_time_unix_secs));
  const clock = setInterval(() => (running.textContent = duration(Date.now() / 1000 - entry.start_time_unix_secs)), 1000);
  signal.addEventListener("abort", () => clearInterval(clock));

  const call = blank();
  const transcript = transcriptView(call);
  const state = h("div.live-state", { role: "status" });
  const end = h("button.button.danger", { onclick: askForEnd }, svg(icons.stop), "End call");
  const panel = commands({
    tell(text) {
      return sent("contextual_update", { contextual_update: text }) && note(`You told the agent: ${text}`);
    },
    takeOver: () => sent("enable_human_takeover") && note("You have taken over. The agent says what you type."),
    say: (text) => sent("send_human_message", { text }) && transcript.show(typed(call, text)),
    handBack: () => sent("disable_human_takeover") && note("You have handed the call back to the agent."),
  });
  const note = (text) => transcript.show(noted(call, text));
  const hasTaken = () => panel.isTakenOver && !panel.hidden;
  // Before the monitor closes with the same signal.
  signal.addEventListener("abort", () => {
    if (!hasTaken()) return;
    monitor.send("disable_human_takeover");
    said("You have left the call: the agent answers the caller again.");
  });
  let lostAt = null;
  // A page that is loaded again within the server's patience goes on.
  const [taken, since] = JSON.parse(sessionStorage.getItem(TAKEN) ?? "[]");
  sessionStorage.removeItem(TAKEN);
  if (taken === id) {
    lostAt = since;
    panel.setTakenOver(true);
  }
  addEventListener("pagehide", () => hasTaken() && sessionStorage.setItem(TAKEN, JSON.stringify([id, Date.now()])), { signal });

  const monitor = new Monitor(id, {
    onMessage(message) {
      transcript.show(take(call, message));
      // Only one person can take a call over.
      if (message.type === "error" && /take(n this| the) call over/i.test(message.error_event?.message ?? "")) panel.setTakenOver(false);
    },
    onState(kind, reason) {
      panel.enable(kind === "open");
      end.disabled = kind !== "open";
      if (kind === "open") {
        state.replaceChildren();
        connected(call);
        if (panel.isTakenOver) resume();
        lostAt = null;
        // Who wrote what was said so far stands in the record alone.
        get(`/v1/convai/conversations/${encodeURIComponent(id)}`, {}, { signal }).then((record) => transcript.show(people(call, record.transcript)), () => {});
      } else if (kind === "lost") {
        lostAt ??= Date.now();
        state.replaceChildren(notice(`The connection to the call was lost. It is being tried again.${panel.isTakenOver ? " The agent stays silent for 15 seconds, so that you can go on; then it answers the caller again." : ""}`, "caution"));
      } else {
        clearInterval(clock);
        transcript.close(kind === "ended" ? "The call has ended" : "The call cannot be followed");
        panel.hidden = end.hidden = true;
        state.replaceChildren(kind === "ended" ? over(id) : refusal(entry.agent_id, reason));
      }
    },
  }, signal);
  panel.enable(false);
  end.disabled = true;
  // Without this page the call goes back to the agent.
  addEventListener("beforeunload", (event) => hasTaken() && event.preventDefault(), { signal });

  /** The connection is there again while the reader speaks for the agent. */
  function resume() {
    const isKept = resumes(lostAt, Date.now());
    if (isKept && monitor.send("enable_human_takeover")) return note("The connection is back, and you go on in the agent's place.");
    panel.setTakenOver(false);
    return note("The connection was gone for more than 15 seconds, so the agent answers again. You can take over once more.");
  }

  function sent(type, parameters) {
    if (monitor.send(type, parameters)) return true;
    failed(new Error("The connection to the call is lost at the moment. Try again when it is back."));
    return false;
  }

  async function askForEnd() {
    const isSure = await confirmAction("End this call?", "The caller hears nothing more, and the connection is closed. The record of the call is kept.", "End call");
    if (isSure && sent("end_call")) said("The call is being ended.");
  }

  return page(
    entry.agent_name || entry.agent_id,
    { back, lead: h("span", "Since ", when(entry.start_time_unix_secs), ", ", running, entry.client_address ? ` · ${entry.client_address}` : null), actions: [end] },
    state,
    h("div.live-call", transcript, panel),
  );
}

/** The call is over: where its record is. */
const over = (id) =>
  h("div.notice", h("p", "This call is not in progress any more."), h("div.row.live-next", h("a.button.primary", { href: address("conversations", id) }, "Open its record"), h("a.button", { href: address("live") }, "Other live calls")));

/** That the call cannot be followed, and what to do about it. */
const refusal = (agentID, reason) =>
  h(
    "div.notice.caution",
    { role: "alert" },
    h("p", h("strong", "The server does not let this call be followed."), reason ? ` It says: ${reason}` : null),
    h("p", "Let live calls of this agent be followed, in its privacy settings, and save; or sign in with an API key, if the server asks for one. Then try again."),
    h("div.row.live-next", h("a.button", { href: address("agents", agentID, { tab: "privacy" }) }, "Open the agent"), h("button.button", { onclick: () => location.reload() }, "Try again")),
  );

function transcriptView(call) {
  const list = h("ol.live-lines");
  // Said aloud once it is final, not word by word.
  const partial = h("p.live-line.live-partial.caller", { hidden: true, aria: { hidden: "true" } });
  const scroll = h("div.live-scroll", { role: "log", tabindex: "0", aria: { label: "Transcript" } }, list, partial);
  const floor = badge(floorWords.nobody);
  const waiting = h("p.quiet.live-waiting", "What is said appears here.");
  const elements = new Map();
  const element = h("section.card.live-transcript", h("div.row.live-head", h("h2", "Transcript"), floor), scroll, waiting);

  element.show = (lines) => {
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
    for (const line of lines) {
      const fresh = lineElement(line);
      const former = elements.get(line.key) ?? elements.get(line.formerKey);
      if (former) former.replaceWith(fresh);
      else list.append(fresh);
      elements.delete(line.formerKey);
      elements.set(line.key, fresh);
    }
    waiting.hidden = elements.size > 0;
    partial.textContent = call.partial;
    partial.hidden = !call.partial;
    setFloor(floorWords[call.floor], { caller: "accent", agent: "good" }[call.floor]);
    if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
    return true;
  };
  element.close = (words) => {
    partial.hidden = waiting.hidden = true;
    element.hidden = elements.size === 0;
    setFloor(words);
  };

  function setFloor(words, kind) {
    if (floor.textContent !== words) floor.textContent = words;
    floor.className = kind ? `badge ${kind}` : "badge";
  }
  return element;
}
