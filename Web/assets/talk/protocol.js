// What the server says on the conversation WebSocket, read into events. No socket and no page: plain values.

/**
 * An event. `type` and its members:
 * - `ready`: `id` of the conversation, `input` and `output`, names of audio formats such as `pcm_16000`
 * - `audio`: `base64`, `eventID` of the turn, `alignment`: null or `{characters, starts}` in milliseconds from the chunk's start
 * - `interruption`: `eventID`; the agent's voice of this id and of those before it must not be heard any more
 * - `user`: `text`, `eventID`, once a turn is over · `tentative`: `text`, `eventID`, what the recogniser believes so far
 * - `agent`: `text`, `eventID` · `part`: `kind` (`start`, `delta`, `stop`), `text`, `eventID` · `complete`: `eventID`, heard to its end
 * - `correction`: `original`, `corrected` (what was heard), `eventID`
 * - `clientTool`: `id`, `name`, `parameters`, `eventID`, `expectsResponse`
 * - `tool`: `id`, `name`, `kind` (`client`, `system`, `webhook`, `mcp`), `state` (`running`, `waiting` for an approval, `done`,
 *   `failed`, `blocked`), and where they are known `parameters`, `description`, `result`, `error`, `patience` in seconds
 * - `servers`: `servers`, each `{id, isConnected}` · `takeover`: `isOn`, a person answers instead of the agent
 * - `ping`: `eventID`, `milliseconds` of the last round trip or null
 * - `error`: `code`, `kind` (the protocol's error type), `message` in words
 * - `other`: a message that is none of these
 *
 * @typedef {{type: string} & Record<string, any>} CallEvent
 */

/** The members that hold a message's content, where that is not its type with `_event`. */
const contents = {
  __proto__: null,
  user_transcript: "user_transcription_event",
  tentative_user_transcript: "tentative_user_transcription_event",
  agent_chat_response_part: "text_response_part",
  client_error: "error_event",
};
for (const type of ["client_tool_call", "agent_tool_request", "agent_tool_response", "agent_tool_response_full_payload", "mcp_tool_call", "mcp_connection_status"]) {
  contents[type] = type;
}

const tool = (e, state) => ({ type: "tool", id: e.tool_call_id, name: e.tool_name, kind: e.tool_type ?? "mcp", eventID: e.event_id ?? null, state });
const outcome = (e) => (e.is_blocked || e.is_called === false ? "blocked" : e.is_error ? "failed" : "done");
const mcpStates = { loading: "running", awaiting_approval: "waiting", success: "done", failure: "failed" };
const failure = (e) => ({ type: "error", code: e.code ?? null, kind: e.error_type ?? e.error_name ?? null, message: e.message || e.reason || "The server reported an error." });

const readers = {
  conversation_initiation_metadata: (e) => ({
    type: "ready",
    id: e.conversation_id,
    input: e.user_input_audio_format ?? "pcm_16000",
    output: e.agent_output_audio_format ?? "pcm_16000",
  }),
  audio: (e) => ({ type: "audio", base64: e.audio_base_64, eventID: e.event_id, alignment: readAlignment(e.alignment) }),
  interruption: (e) => ({ type: "interruption", eventID: e.event_id }),
  user_transcript: (e) => ({ type: "user", text: e.user_transcript, eventID: e.event_id ?? null }),
  tentative_user_transcript: (e) => ({ type: "tentative", text: e.user_transcript, eventID: e.event_id ?? null }),
  agent_response: (e) => ({ type: "agent", text: e.agent_response, eventID: e.event_id ?? null }),
  agent_response_correction: (e) => ({ type: "correction", original: e.original_agent_response, corrected: e.corrected_agent_response, eventID: e.event_id ?? null }),
  agent_chat_response_part: (e) => ({ type: "part", kind: e.type, text: e.text ?? "", eventID: e.event_id ?? null }),
  agent_response_complete: (e) => ({ type: "complete", eventID: e.event_id }),
  client_tool_call: (e) => ({ type: "clientTool", id: e.tool_call_id, name: e.tool_name, parameters: e.parameters ?? {}, eventID: e.event_id ?? null, expectsResponse: e.expects_response !== false }),
  agent_tool_request: (e) => tool(e, "running"),
  agent_tool_response: (e) => tool(e, outcome(e)),
  agent_tool_response_full_payload: (e) => ({ ...tool(e, outcome(e)), result: e.full_tool_result }),
  mcp_tool_call: (e) => ({
    ...tool(e, mcpStates[e.state] ?? "running"),
    parameters: e.parameters ?? {},
    description: e.tool_description ?? null,
    ...(e.state === "awaiting_approval" ? { patience: e.approval_timeout_secs ?? 300 } : {}),
    ...(e.state === "success" ? { result: e.result ?? [] } : {}),
    ...(e.state === "failure" ? { error: e.error_message ?? "" } : {}),
  }),
  mcp_connection_status: (e) => ({
    type: "servers",
    servers: (e.integrations ?? []).map((one) => ({ id: one.integration_id, isConnected: Boolean(one.is_connected) })),
  }),
  external_agent_connected: () => ({ type: "takeover", isOn: true }),
  external_agent_disconnected: () => ({ type: "takeover", isOn: false }),
  ping: (e) => ({ type: "ping", eventID: e.event_id, milliseconds: e.ping_ms ?? null }),
  error: failure,
  client_error: failure,
};

/** An alignment whose arrays are equally long, or null. */
function readAlignment(given) {
  const { chars: characters, char_start_times_ms: starts } = given ?? {};
  return Array.isArray(characters) && characters.length > 0 && starts?.length === characters.length ? { characters, starts } : null;
}

/**
 * Reads a message that was parsed from JSON.
 *
 * @returns {CallEvent}
 */
export function readMessage(message) {
  const type = message?.type;
  const read = Object.hasOwn(readers, type) ? readers[type] : null;
  return read ? read(contentOf(message) ?? {}) : { type: "other" };
}

/** What a message holds besides its type; undefined where that is missing. */
export const contentOf = (message) => message?.[contents[message.type] ?? `${message.type}_event`];

/**
 * Where a conversation is held. Of a signed URL everything is kept; without one, `agentID` and `signature` make the address.
 *
 * @param {{server: string|URL, agentID?: string, signature?: string|null, signedURL?: string|null, environment?: string|null}} options
 * @returns {URL}
 */
export function conversationURL({ server, agentID, signature = null, signedURL = null, environment = null }) {
  const url = signedURL ? new URL(signedURL, server) : new URL("/v1/convai/conversation", server);
  url.protocol = { "https:": "wss:", "http:": "ws:" }[url.protocol] ?? url.protocol;
  if (!signedURL) {
    url.searchParams.set("agent_id", agentID);
    if (signature) url.searchParams.set("conversation_signature", signature);
  }
  if (environment) url.searchParams.set("environment", environment);
  return url;
}

/** The first message of a client: overrides, variables and who the client is. */
export function initiation({ overrides = {}, dynamicVariables = {}, extraBody = null, userID = null, environment = null, source = null, textOnly = false } = {}) {
  return {
    type: "conversation_initiation_client_data",
    conversation_config_override: textOnly ? { ...overrides, text_only: true } : overrides,
    dynamic_variables: dynamicVariables,
    ...(extraBody ? { custom_llm_extra_body: extraBody } : {}),
    ...(userID ? { user_id: userID } : {}),
    ...(environment ? { environment } : {}),
    ...(source ? { source_info: { source } } : {}),
  };
}
