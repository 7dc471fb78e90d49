// What the address of a talk page asks for.

/**
 * The agent and signature of a page's query. Of a `signed_url` only these two count: the page calls no other server. Overrides
 * are not followed, or whoever passes a link on could change what the agent says.
 *
 * @param {string} search Such as `?agent_id=agent_1&conversation_signature=…`.
 * @returns {{agentID: string|null, signature: string|null}}
 */
export function askedOf(search) {
  const query = new URLSearchParams(search);
  let signed = new URLSearchParams();
  try {
    signed = new URL(query.get("signed_url")).searchParams;
  } catch {
    // No signed URL, or none that can be read.
  }
  const find = (...names) => names.map((name) => query.get(name) ?? signed.get(name)).find(Boolean) ?? null;
  return { agentID: find("agent_id"), signature: find("conversation_signature", "token") };
}

/** Why the page cannot be used. @param {import("../core/api.js").APIError|null} error Null when the link names no agent. */
export function refusalWords(error) {
  if (error === null) return "This link names no agent. Ask for it again: it should end in ?agent_id= and the agent's id.";
  if (error.status === 404) return "There is no such agent on this server any more. Ask for a new link.";
  if (error.status === 401 || error.status === 403) return `This agent takes calls only from links that are signed, and these are valid for 15 minutes. Ask for a new one. (${error.message})`;
  return error.message;
}
