// One call as a page.

import { APIError, get, remove } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { counted, duration, languageName, when } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { poll } from "../../core/poll.js";
import { address, go, note } from "../../core/router.js";
import { copyButton } from "../../components/copy.js";
import { confirmAction } from "../../components/dialog.js";
import { badge, empty, notice, page, pending } from "../../components/page.js";
import { tabs } from "../../components/tabs.js";
import { attempt, said } from "../../components/toast.js";
import { align, speechesOf, toolsOf, waterfallsOf } from "./align.js";
import { listAddress } from "./list.js";
import { logPanel } from "./log.js";
import { player } from "./player.js";
import { replayPanel } from "./replay.js";
import { transcript } from "./transcript.js";
import { turnsPanel } from "./turns.js";
import { endedWords, interruptions, isLive, transcriptText } from "./words.js";

/** Milliseconds between two looks at a call that is in progress. */
const POLL = 4000;

export async function openRecord(id, query, signal) {
  const path = `/v1/convai/conversations/${encodeURIComponent(id)}`;
  const back = { href: listAddress(), label: "All conversations" };
  let record;
  try {
    record = await get(path, {}, { signal });
  } catch (error) {
    if (!(error instanceof APIError) || error.status !== 404) throw error;
    return page("Conversation", { back }, empty("There is no such conversation", "It may have been deleted, or the address is not whole.", h("a.button", { href: back.href }, "All conversations")));
  }

  const { metadata } = record;
  const live = isLive(record.status);
  const hasSound = record.has_audio && !live;
  const ask = () => get(`/v1/parley/conversations/${encodeURIComponent(id)}/waterfalls`, {}, { signal, patience: 120_000 }).then((answer) => answer.waterfalls);
  let falls = ask();
  let peaks = null;
  let waterfalls = [];

  const sound = hasSound
    ? player(record, { signal, ontime: (time, isPlaying) => spoken.at(time, isPlaying), onpeaks: (all) => ((peaks = all), realign()) })
    : null;
  const onplay = sound ? (seconds) => (sound.seek(seconds, true), note({ t: Math.floor(seconds) })) : null;
  const spoken = transcript(record, {
    onplay,
    onwhy: (turn) => {
      panel.querySelectorAll("[role=tab]")[1].click();
      turns.wanted = waterfallsOf(record.transcript, waterfalls)[turn];
      // After the tab has come into view.
      requestAnimationFrame(() => turns.content?.show(turns.wanted));
    },
  });
  const turns = { wanted: -1, content: null };

  function realign() {
    const timing = align(record.transcript, { duration: metadata.call_duration_secs, speeches: speechesOf(waterfalls), peaks });
    spoken.timed(timing);
    sound?.mark(record.transcript.flatMap((turn, index) => (turn.interrupted && turn.message ? [{ channel: 1, start: Math.max(timing[index].start, timing[index].end - 0.4), end: timing[index].end }] : [])));
    if (sound?.time()) spoken.at(sound.time(), false);
  }
  realign();
  falls.then((found) => {
    waterfalls = found;
    realign();
    spoken.explain(waterfallsOf(record.transcript, waterfalls).map((index) => waterfalls[index]));
  }, () => {});

  const openTurns = () =>
    pending(async () => {
      try {
        const found = await (falls ??= ask());
        turns.content = turnsPanel(found, { tools: toolsOf(record.transcript, found), onplay });
      } catch (error) {
        falls = null;
        if (error.status !== 404) throw error;
        return h("div.card", empty("How the answers came about is not known", `${error.message} The transcript and the recording do not need it.`));
      }
      if (turns.wanted >= 0) requestAnimationFrame(() => turns.content.show(turns.wanted));
      return turns.content;
    });
  const panel = tabs(
    [
      { id: "transcript", title: "Transcript", open: () => spoken },
      { id: "turns", title: "Turns", open: openTurns },
      { id: "replay", title: "Replay", open: () => (live ? h("div.card", empty("Not yet", "A call can be replayed when it is over.")) : replayPanel(id, { onplay })) },
      { id: "log", title: "Log", open: () => logPanel(id, signal) },
      { id: "json", title: "JSON", open: () => jsonPanel(record) },
    ],
    { label: "Parts of the conversation", selected: query.get("tab") },
  );

  const start = Number(query.get("t"));
  if (sound && start > 0) requestAnimationFrame(() => sound.seek(start));
  if (live) watch(path, record, spoken, signal);

  return page(
    record.agent_name || record.agent_id,
    { back, lead: lead(record), actions: actions(record, path, hasSound) },
    live ? h("div.notice.row", h("span.conversations-pulse"), h("span.grow", "This call is in progress. The page grows with it."), h("a.button", { href: address("live", id) }, svg(icons.live), "Listen in")) : null,
    metadata.error ? notice(`The call failed (${metadata.error.code}): ${metadata.error.reason}`, "alarm") : null,
    metadata.warnings?.length ? h("details.notice.caution", { open: metadata.warnings.length < 4 }, h("summary", counted(metadata.warnings.length, "warning")), h("ul.conversations-warnings", metadata.warnings.map((text) => h("li", text)))) : null,
    h("div.conversations-body", sound ?? silent(live, record), feedback(record), panel, facts(record)),
  );
}

function silent(live, { metadata, transcript: turns }) {
  if (live || !turns.length) return null;
  return notice(metadata.text_only ? "This conversation was held in writing, so there is nothing to hear." : "This call has no recording: none was kept, or nobody was heard. Its words are here all the same.");
}

/** The call's outline: when, how long, how it ended, interruptions, language. */
function lead({ status, metadata, transcript: turns }) {
  const stops = interruptions(turns);
  return [
    when(metadata.start_time_unix_secs),
    isLive(status) ? null : duration(metadata.call_duration_secs),
    metadata.error ? "Failed" : endedWords(status, metadata.termination_reason),
    stops ? counted(stops, "interruption") : metadata.text_only ? "Text only" : turns.length ? "No interruptions" : null,
    metadata.main_language && languageName(metadata.main_language),
  ].filter(Boolean).join(" · ");
}

function actions(record, path, hasSound) {
  const id = record.conversation_id;
  const file = (name, text, type) => () => {
    const url = URL.createObjectURL(new Blob([text()], { type }));
    h("a", { href: url, download: `${id}.${name}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const button = (label, onclick) => h("button.button", { onclick, aria: { label: `Download ${label}` } }, svg(icons.download), label);
  const erase = async ({ currentTarget }) => {
    const isSure = await confirmAction("Delete this conversation?", "Its record, log, recording and files are deleted from the server. This cannot be undone.", "Delete conversation");
    if (isSure) await attempt(currentTarget, async () => (await remove(path), said("The conversation is deleted."), go("conversations")));
  };
  return [
    hasSound ? h("a.button", { href: `${path}/audio`, download: `${id}.mp3`, aria: { label: "Download audio" } }, svg(icons.download), "Audio") : null,
    button("Transcript", file("txt", () => transcriptText(record), "text/plain;charset=utf-8")),
    button("JSON", file("json", () => JSON.stringify(record, null, 2), "application/json")),
    isLive(record.status) ? null : h("button.button.danger", { onclick: erase }, svg(icons.remove), "Delete"),
  ].filter(Boolean);
}

function feedback({ metadata: { feedback: given } }) {
  if (!given || (given.rating === null && !given.comment && !given.likes && !given.dislikes)) return null;
  return h(
    "section.card.row",
    { aria: { label: "Feedback" } },
    h("strong", "Feedback"),
    given.rating ? h("span", { role: "img", aria: { label: `${given.rating} of 5 stars` } }, "★".repeat(given.rating), h("span.quiet", "☆".repeat(5 - given.rating))) : null,
    given.likes ? badge(counted(given.likes, "thumb up", "thumbs up"), "good") : null,
    given.dislikes ? badge(counted(given.dislikes, "thumb down", "thumbs down"), "alarm") : null,
    given.comment ? h("q.conversations-comment", given.comment) : null,
  );
}

const access = { public: "by anybody", signed_url: "by a signed address", authorization_header: "with a key" };

function facts(record) {
  const { metadata } = record;
  const source = [metadata.conversation_initiation_source, metadata.conversation_initiation_source_version].filter((text) => text && text !== "unknown").join(" ");
  const rows = [
    ["Conversation", h("span.row", h("code", record.conversation_id), copyButton(record.conversation_id))],
    ["Agent", h("a", { href: address("agents", record.agent_id) }, record.agent_name || record.agent_id)],
    ["Turns", `${counted(record.user_message_count, "turn")} of the caller, ${record.agent_message_count} of the agent`],
    ["Client", source],
    ["User", record.user_id],
    ["Opened", access[metadata.authorization_method] ?? metadata.authorization_method],
    ["Environment", record.environment],
    ["Time zone", metadata.timezone],
  ];
  return h("dl.card.conversations-facts", rows.filter(([, value]) => value).map(([name, value]) => h("div", h("dt.quiet.small", name), h("dd", value))));
}

function jsonPanel(record) {
  const text = JSON.stringify(record, null, 2);
  return h("div.stack", h("div.row", copyButton(text, "Copy all")), h("pre.card.conversations-json", { tabindex: "0", aria: { label: "The record as JSON" } }, text));
}

/** Follows a call in progress: new turns appear, and its end opens the page anew. */
function watch(path, record, spoken, signal) {
  let shown = JSON.stringify(record.transcript);
  const look = async () => {
    const next = await get(path, {}, { signal });
    if (next.status !== record.status) return dispatchEvent(new HashChangeEvent("hashchange"));
    const text = JSON.stringify(next.transcript);
    if (text !== shown) spoken.update(next);
    shown = text;
  };
  poll(look, POLL, signal);
}
