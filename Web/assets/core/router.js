// Where in the dashboard the reader is: `#/agents/agent_1?tab=voice` is the room "agents" with one more part and a query.

/** @returns {{room: string, parts: string[], query: URLSearchParams}} */
export function parseLocation(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [room = "", ...parts] = path.split("/").filter(Boolean).map(decode);
  return { room, parts, query: new URLSearchParams(search) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place, for links: `address("agents", id, { tab: "voice" })`. */
export function address(room, ...rest) {
  const query = typeof rest.at(-1) === "object" && rest.at(-1) !== null ? rest.pop() : {};
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  const path = [room, ...rest].map(encodeURIComponent).join("/");
  return `#/${path}${search.size ? `?${search}` : ""}`;
}

export function go(...place) {
  location.hash = address(...place);
}

/** Changes the query of the present place without opening it anew, as tabs and filters do. */
export function note(query) {
  const place = parseLocation(location.hash);
  const members = { ...Object.fromEntries(place.query), ...query };
  history.replaceState(null, "", address(place.room, ...place.parts, members));
}
