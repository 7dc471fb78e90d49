// The list's filters: kept in the address under short names, and sent to the API under its own.

/** The members of the address that filter the list. */
export const names = ["q", "agent", "days", "from", "to", "min", "max", "state", "kind", "ended", "tools", "stars", "starsto", "comment", "language", "source", "user", "order"];

/** Why calls end, as their records say it: what the list can be filtered by. */
export const endings = [
  "The client has gone.",
  "The agent ended the call.",
  "The caller was silent for too long.",
  "The conversation has reached its longest duration.",
  "The server is shutting down.",
  "The server stopped during the call.",
  "The client does not read its messages.",
];

/** The states that each choice leaves out. */
const leftOut = {
  live: ["done", "failed", "processing"],
  done: ["initiated", "in-progress", "processing", "failed"],
  failed: ["initiated", "in-progress", "processing", "done"],
};

/** @param {URLSearchParams} query @returns {Record<string, string>} A text for every name, empty where nothing is asked. */
export const readFilters = (query) => Object.fromEntries(names.map((name) => [name, query.get(name)?.trim() ?? ""]));

/** How many filters are set; the order and the search are none. */
export const countFilters = (filters) => names.filter((name) => !["q", "order"].includes(name) && filters[name]).length;

/** The beginning of a day (`2026-08-01`, in the reader's time zone) in Unix seconds; `later` days after it. Null for no day. */
export function dayStart(text, later = 0) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return null;
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later);
  return Number.isFinite(date.getTime()) ? date.getTime() / 1000 : null;
}

const whole = (text) => (/^\d+$/.test(text) ? Number(text) : null);
const list = (text) => text.split(",").map((item) => item.trim()).filter(Boolean);

/** A length as people write it, in seconds: `90`, `1:30`, `2 min`. Null for anything else. */
export function lengthSeconds(text) {
  const [, minutes, rest] = /^(\d+):([0-5]\d)$/.exec(text) ?? [];
  if (minutes) return Number(minutes) * 60 + Number(rest);
  const [, value, unit] = /^(\d+)\s*(s|sec|m|min|h)?$/i.exec(text) ?? [];
  return value ? Number(value) * ({ m: 60, h: 3600 }[unit?.[0].toLowerCase()] ?? 1) : null;
}

/** The query of `GET /v1/convai/conversations` for filters. Texts that cannot be read filter nothing. */
export function apiQuery(filters, now = Date.now()) {
  const days = whole(filters.days);
  const today = new Date(now);
  const since = days ? new Date(today.getFullYear(), today.getMonth(), today.getDate() - days + 1).getTime() / 1000 : dayStart(filters.from);
  return {
    search: filters.q,
    agent_id: filters.agent,
    user_id: filters.user,
    // The API's bounds are exclusive.
    call_start_after_unix: since === null ? null : since - 1,
    call_start_before_unix: days ? null : dayStart(filters.to, 1),
    call_duration_min_secs: lengthSeconds(filters.min),
    call_duration_max_secs: lengthSeconds(filters.max),
    rating_min: whole(filters.stars),
    rating_max: whole(filters.starsto),
    has_feedback_comment: filters.comment,
    text_only: { text: "true", voice: "false" }[filters.kind],
    conversation_initiation_source: filters.source,
    tool_names: list(filters.tools),
    main_languages: list(filters.language),
    exclude_statuses: leftOut[filters.state] ?? [],
    termination_reasons: filters.ended,
    sort_direction: filters.order,
  };
}
