// Who uses something, as the server's `used_by` says it.

/** @returns {{kind: string, name: string, place: string[]|null}[]} `place` is where it is in the dashboard. */
export function usesOf(usedBy) {
  const named = (items, kind, room) => (items ?? []).map(({ id, name }) => ({ kind, name: name || id, place: [room, id] }));
  return [
    ...named(usedBy?.agents, "Agent", "agents"),
    ...named(usedBy?.tools, "Tool", "tools"),
    ...named(usedBy?.mcp_servers, "MCP server", "mcp"),
    ...(usedBy?.others ?? []).map((name) =>
      name === "conversation_initiation_webhook" ? { kind: "Settings", name: "webhook at the beginning of calls", place: ["settings"] } : { kind: "Other", name, place: null },
    ),
  ];
}

/** Whether there are more than were named. */
export const hasMore = (usedBy) => Boolean(usedBy?.agents_has_more || usedBy?.tools_has_more);
