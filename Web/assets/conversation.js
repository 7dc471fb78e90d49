// One conversation over the WebSocket: the protocol, without audio devices and without a page.

/** Milliseconds to wait for the server's first message. */
const PATIENCE = 10_000;
/** Bytes waiting in the socket beyond which microphone audio is dropped: the network does not keep up. */
const LONGEST_BACKLOG = 512 * 1024;

export class Conversation {
  #socket;
  #handlers;
  #interrupted = 0;
  #timer;

  /**
   * `key` is the server's API key, or null. Handlers, all optional: `onReady({id, input, output})`, `onAudio(base64)`, `onInterruption()`,
   * `onUser(text)`, `onTentative(text)`, `onAgent(text, eventID)`, `onPart(kind, text, eventID)`,
   * `onCorrection(original, corrected, eventID)`, `onError(message)`, `onEnd({code, reason})`.
   */
  constructor(agent, key, handlers) {
    this.#handlers = handlers;
    const url = new URL("/v1/convai/conversation", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("agent_id", agent);
    // A browser cannot set headers, so the key travels among the offered subprotocols.
    this.#socket = new WebSocket(url, key ? ["convai", `bearer.${key}`] : ["convai"]);
    this.#socket.onopen = () =>
      this.#send({ type: "conversation_initiation_client_data", conversation_config_override: {}, dynamic_variables: {} });
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code, reason }) => {
      clearTimeout(this.#timer);
      this.#handlers.onEnd?.({ code, reason });
    };
    this.#timer = setTimeout(() => this.#socket.close(4000, "The server did not answer"), PATIENCE);
  }

  sendAudio(base64) {
    if (this.#socket.bufferedAmount < LONGEST_BACKLOG) this.#send({ user_audio_chunk: base64 });
  }

  sendText(text) {
    this.#send({ type: "user_message", text });
  }

  /** The user types: the agent holds back for a moment. */
  sendActivity() {
    this.#send({ type: "user_activity" });
  }

  end() {
    this.#socket.close(1000, "User ended conversation");
  }

  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(data) {
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    const on = this.#handlers;
    switch (message.type) {
      case "conversation_initiation_metadata": {
        clearTimeout(this.#timer);
        const event = message.conversation_initiation_metadata_event;
        on.onReady?.({
          id: event.conversation_id,
          input: event.user_input_audio_format,
          output: event.agent_output_audio_format,
        });
        break;
      }
      case "audio":
        // What was on its way when the agent was interrupted is stale.
        if (message.audio_event.event_id > this.#interrupted) on.onAudio?.(message.audio_event.audio_base_64);
        break;
      case "interruption":
        this.#interrupted = Math.max(this.#interrupted, message.interruption_event.event_id);
        on.onInterruption?.();
        break;
      case "ping":
        this.#send({ type: "pong", event_id: message.ping_event.event_id });
        break;
      case "user_transcript":
        on.onUser?.(message.user_transcription_event.user_transcript);
        break;
      case "tentative_user_transcript":
        on.onTentative?.(message.tentative_user_transcription_event.user_transcript);
        break;
      case "agent_response":
        on.onAgent?.(message.agent_response_event.agent_response, message.agent_response_event.event_id);
        break;
      case "agent_chat_response_part": {
        const part = message.text_response_part;
        on.onPart?.(part.type, part.text, part.event_id);
        break;
      }
      case "agent_response_correction": {
        const event = message.agent_response_correction_event;
        on.onCorrection?.(event.original_agent_response, event.corrected_agent_response, event.event_id);
        break;
      }
      case "client_tool_call":
        if (message.client_tool_call.expects_response !== false) {
          this.#send({
            type: "client_tool_result",
            tool_call_id: message.client_tool_call.tool_call_id,
            result: `This page has no tool named ${message.client_tool_call.tool_name}.`,
            is_error: true,
          });
        }
        break;
      case "error":
      case "client_error":
        on.onError?.(message.error_event?.message ?? message.error_event?.reason ?? "The server reported an error.");
        break;
    }
  }
}
