// The calls in progress, and one of them.

import { h } from "../../core/dom.js";
import { duration } from "../../core/format.js";
import { poll } from "../../core/poll.js";
import { address } from "../../core/router.js";
import { callsInProgress } from "../../core/workspace.js";
import { empty, page } from "../../components/page.js";
import { table } from "../../components/table.js";

/** Milliseconds between two looks at the list. */
const PAUSE = 2000;

export async function open(place, signal) {
  if (place.parts[0]) return (await import("./call.js")).openCall(place.parts[0], signal);
  const problem = h("p.notice.alarm", { role: "alert", hidden: true });
  const content = h("div.card.flush", h("div.pending.live-hold"));
  let list = null;
  poll(async () => {
    try {
      const calls = await callsInProgress(signal);
      problem.hidden = true;
      if (calls.length === 0) {
        if (list || content.firstChild?.className !== "empty") content.replaceChildren(nobody());
        list = null;
        return;
      }
      if (!list) content.replaceChildren((list = callTable()));
      show(list, calls);
    } catch (error) {
      if (signal.aborted) return;
      problem.textContent = `${error.message} The list is looked at again in a moment.`;
      problem.hidden = false;
    }
  }, PAUSE, signal);
  const clock = setInterval(() => list && tick(list), 1000);
  signal.addEventListener("abort", () => clearInterval(clock));
  return page("Live calls", { lead: "Follow a call as it goes on, tell its agent something, or speak in its place." }, problem, content);
}

const nobody = () =>
  empty(
    "No calls right now",
    "A call appears here as soon as it begins. You can start one yourself and follow it in a second window.",
    h("a.button.primary", { href: address("talk") }, "Talk to an agent"),
    h("a.button", { href: address("conversations") }, "Earlier conversations"),
  );

function callTable() {
  return table(
    [
      { title: "Agent", cell: (call) => h("a.whole", { href: address("live", call.conversation_id) }, h("span.live-dot", { aria: { hidden: "true" } }), call.agent_name || call.agent_id) },
      { title: "Running", number: true, cell: (call) => h("span.figure", { dataset: { start: call.start_time_unix_secs } }, duration(Date.now() / 1000 - call.start_time_unix_secs)) },
      { title: "Caller", cell: (call) => call.client_address ?? "—" },
      { title: "Conversation", cell: (call) => h("span.mono.quiet", call.conversation_id) },
    ],
    [],
    { caption: "Calls in progress", key: (call) => call.conversation_id },
  );
}

/** Rows that stay are left alone, so that the focus stays on them. */
function show(list, calls) {
  const rows = new Map([...list.querySelectorAll("tbody tr")].map((row) => [row.dataset.key, row]));
  const ids = new Set(calls.map((call) => call.conversation_id));
  for (const [id, row] of rows) if (!ids.has(id)) row.remove();
  list.add(calls.filter((call) => !rows.has(call.conversation_id)));
}

function tick(list) {
  for (const place of list.querySelectorAll("[data-start]")) place.textContent = duration(Date.now() / 1000 - Number(place.dataset.start));
}
