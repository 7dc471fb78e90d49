// What the server holds that several rooms ask for.

import { get, pages } from "./api.js";

/**
 * The workspace's secrets, auth connections and agents. A list that cannot be read is empty: the rest of a form works without it.
 *
 * @returns {Promise<{secrets: object[], connections: object[], agents: object[]}>}
 */
export async function choices(signal) {
  const none = (error) => (signal.aborted ? Promise.reject(error) : []);
  const [secrets, connections, agents] = await Promise.all([
    pages("/v1/convai/secrets", "secrets", { dependency_limit: 0 }, { signal }).catch(none),
    get("/v1/workspace/auth-connections", {}, { signal }).then((answer) => answer.auth_connections).catch(none),
    pages("/v1/convai/agents", "agents", {}, { signal }).catch(none),
  ]);
  return { secrets, connections, agents };
}

/** The calls in progress. */
export const callsInProgress = (signal) => get("/v1/parley/calls", {}, { signal }).then(({ calls }) => calls);
