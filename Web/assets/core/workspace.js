// What the server holds that several rooms ask for.

import { get, pages } from "./api.js";
import { listed } from "./format.js";

/**
 * The workspace's secrets, auth connections and agents. A list that cannot be read is empty, and among the `missing`: the rest
 * of a form works without it.
 *
 * @returns {Promise<{secrets: object[], connections: object[], agents: object[], missing: {what: string, message: string}[]}>}
 */
export async function choices(signal) {
  const missing = [];
  const none = (what) => (error) => {
    if (signal.aborted) throw error;
    missing.push({ what, message: error.message });
    return [];
  };
  const [secrets, connections, agents] = await Promise.all([
    pages("/v1/convai/secrets", "secrets", { dependency_limit: 0 }, { signal }).catch(none("secrets")),
    get("/v1/workspace/auth-connections", {}, { signal }).then((answer) => answer.auth_connections).catch(none("auth connections")),
    pages("/v1/convai/agents", "agents", {}, { signal }).catch(none("agents")),
  ]);
  return { secrets, connections, agents, missing };
}

/** What lists could not be read, and what that means for a form. */
export const missingText = (missing) =>
  `The ${listed(missing.map(({ what }) => what).sort())} could not be fetched, so none can be chosen here. ${[...new Set(missing.map(({ message }) => message))].join(" ")} What is set already stays as it is.`;

/** The calls in progress. */
export const callsInProgress = (signal) => get("/v1/parley/calls", {}, { signal }).then(({ calls }) => calls);
