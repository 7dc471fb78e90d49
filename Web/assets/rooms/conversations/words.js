// Records of calls in words.

import { count, duration, when } from "../../core/format.js";

const ended = {
  "The client has gone.": "The caller hung up",
  "Client disconnected": "The caller hung up",
  "The agent ended the call.": "The agent ended the call",
  "end_call tool was called": "The agent ended the call",
  "The caller was silent for too long.": "The caller was silent for too long",
  "The conversation has reached its longest duration.": "The longest duration was reached",
  "The server is shutting down.": "The server was being stopped",
  "The server stopped during the call.": "The server stopped in the middle of the call",
  "The client does not read its messages.": "The caller's program did not keep up",
};

/** Whether a call with this status is not over yet. */
export const isLive = (status) => status === "in-progress" || status === "initiated";

/** How a call ended, without a full stop. `failure` is `metadata.error` of its record, where there is one. */
export function endedWords(status, reason, failure = null) {
  if (isLive(status)) return "In progress";
  const text = ended[reason] ?? (reason || failure?.reason || "").replace(/\.$/, "");
  if (status === "processing") return text || "Being written down";
  return text || (status === "failed" ? "Failed, for a reason that was not recorded" : "Ended");
}

/** What a row of the list shows of a conversation. */
export function rowTexts(item) {
  const tools = item.tool_names ?? [];
  const live = isLive(item.status);
  return {
    name: item.agent_name || item.agent_id,
    title: item.call_summary_title || null,
    when: when(item.start_time_unix_secs),
    length: live ? "" : duration(item.call_duration_secs),
    messages: count(item.message_count ?? 0),
    ended: endedWords(item.status, item.termination_reason),
    tone: live ? "accent" : item.status === "failed" ? "alarm" : "",
    tools: tools.length > 2 ? `${tools.slice(0, 2).join(", ")} +${tools.length - 2}` : tools.join(", "),
    rating: item.rating ? "★".repeat(item.rating) : "",
  };
}

/** Who speaks in a turn. */
export const speakerOf = ({ role, parley_by: author }) => (role !== "agent" ? "Caller" : author === "human" ? "A person, with the agent's voice" : "Agent");

/** How often the caller stopped the agent. An answer that the end of the call cut short is none. */
export const interruptions = (transcript) =>
  transcript.filter((turn, index) => turn.interrupted && transcript.slice(index + 1).some((later) => later.role === "user")).length;

/** What of the whole text was not heard any more: what follows the words that were heard. */
export function unheard(heard, whole) {
  if (!whole) return "";
  const text = (heard ?? "").trim();
  if (whole.startsWith(text)) return whole.slice(text.length).trim();
  const [said, all] = [text.split(/\s+/), whole.split(/\s+/)];
  const same = said.findIndex((word, index) => word !== all[index]);
  return all.slice(same < 0 ? said.length : same).join(" ");
}

/** The transcript as a text file. */
export function transcriptText(record) {
  const { metadata } = record;
  const head = [
    `${record.agent_name || record.agent_id}, ${new Date(metadata.start_time_unix_secs * 1000).toLocaleString()}`,
    `${duration(metadata.call_duration_secs)}. ${endedWords(record.status, metadata.termination_reason, metadata.error)}.`,
    record.conversation_id,
  ];
  const lines = record.transcript.flatMap((turn) => {
    const at = `[${duration(turn.time_in_call_secs)}]`;
    const who = speakerOf(turn);
    const rest = turn.interrupted ? unheard(turn.message, turn.original_message) : "";
    const said = turn.message || rest ? [`${at} ${who}: ${turn.message ?? ""}${rest ? ` [not heard: ${rest}]` : ""}`] : [];
    const results = new Map((turn.tool_results ?? []).map((result) => [result.request_id, result]));
    const tools = (turn.tool_calls ?? []).map((call) => `${at} Tool ${call.tool_name}(${call.params_as_json ?? ""}): ${results.get(call.request_id)?.result_value ?? "no result"}`);
    return [...said, ...tools];
  });
  return `${head.join("\n")}\n\n${lines.join("\n")}\n`;
}

/** Seconds as a place in a recording: `0:12.4`. */
export function place(seconds) {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}
