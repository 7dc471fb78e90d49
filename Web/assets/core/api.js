// The server's REST API, with its errors in words for the person in front of the page.

/** What the server refused, or why it could not be reached. */
export class APIError extends Error {
  /**
   * @param {number} status The HTTP status; 0 when there was no answer.
   * @param {string} message What the server said, in words.
   * @param {{path: string[], message: string}[]} problems The fields at fault, of a 422.
   */
  constructor(status, message, { code = null, problems = [], body = null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.body = body;
  }
}

/** Milliseconds after which a request is given up. */
const PATIENCE = 30_000;

let signIn = null;
/** How often somebody has signed in on this page. */
let sessions = 0;

/** Has `action` sign the reader in when a request is refused for want of a key. The request waits for that, and is sent again. */
export function onSignedOut(action) {
  signIn = async () => {
    await action();
    sessions += 1;
  };
}

/**
 * Sends a request and gives what the answer holds: a JSON value, or with `as` a "response", "blob" or "text". `query` is an
 * object whose arrays are repeated and whose null, undefined and empty members are left out. With `asks` false nobody is asked to sign in.
 *
 * @throws {APIError}
 */
export async function request(method, path, { asks = true, ...options } = {}) {
  const before = sessions;
  try {
    return await send(method, path, options);
  } catch (error) {
    if (error.status !== 401 || !asks || !signIn) throw error;
    // Somebody may have signed in while this request was under way.
    if (sessions === before) await signIn();
    options.signal?.throwIfAborted();
    return send(method, path, options);
  }
}

async function send(method, path, { query, body, form, headers = {}, as = "json", signal, patience = PATIENCE }) {
  const url = path + queryText(query);
  const timeout = AbortSignal.timeout(patience);
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    const late = error.name === "TimeoutError";
    throw new APIError(0, late ? "The server did not answer in time." : "The server does not answer. Is it running?");
  }
  if (response.ok) return as === "json" ? parse(await response.text()) : as === "response" ? response : response[as]();
  throw errorOf(response.status, parse(await response.text()));
}

export const get = (path, query, options = {}) => request("GET", path, { query, ...options });
export const post = (path, body, options = {}) => request("POST", path, { body, ...options });
export const patch = (path, body, options = {}) => request("PATCH", path, { body, ...options });
export const remove = (path, query, options = {}) => request("DELETE", path, { query, ...options });

/** Like `request`; gives beside the `value` its `version` (the `ETag`), null where the server tells none. */
export async function versioned(method, path, options) {
  const response = await request(method, path, { ...options, as: "response" });
  return { value: await response.json(), version: response.headers.get("etag") };
}

/** All items of a paged list, at most `limit`: `pages("/v1/convai/agents", "agents")`. */
export async function pages(path, member, query = {}, { limit = 1000, signal } = {}) {
  const items = [];
  let cursor = null;
  do {
    const page = await get(path, { page_size: 100, ...query, cursor }, { signal });
    items.push(...(page[member] ?? []));
    cursor = page.has_more === false ? null : (page.next_cursor ?? page.cursor ?? null);
  } while (cursor && items.length < limit);
  return items;
}

function queryText(query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of [value].flat()) {
      if (item !== null && item !== undefined && item !== "") parameters.append(name, item);
    }
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** The server's answers have `detail`: an object with `message`, or a list of the fields at fault. */
function errorOf(status, body) {
  const detail = body?.detail;
  if (Array.isArray(detail)) {
    const problems = detail.map(({ loc, msg }) => ({ path: (loc ?? []).filter((part) => part !== "body").map(String), message: msg }));
    const message = problems.map(problemText).join("\n");
    return new APIError(status, message || `HTTP ${status}`, { problems, body });
  }
  const message = detail?.message ?? (typeof detail === "string" ? detail : null) ?? `The server answered with HTTP ${status}.`;
  return new APIError(status, message, { code: detail?.code ?? detail?.status ?? null, body });
}

/** A problem with its place, for where no field shows it. */
export const problemText = ({ path, message }) => (path.length ? `${path.join(".")}: ${message}` : message);

/** The problems of a body's `member`, with their places within it. */
export const problemsWithin = (member, problems) => problems.map(({ path, message }) => ({ path: path.slice(path[0] === member ? 1 : 0), message }));
