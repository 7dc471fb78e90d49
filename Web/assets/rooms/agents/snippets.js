// How programs and pages reach an agent of this server, as code to copy.

/** The path of the widget's script on this server. */
const WIDGET = "/assets/widget/parley-agent.js";

/**
 * @param {{origin: string, id: string, isPrivate: boolean}} agent `origin` is the server's address, such as
 * `http://127.0.0.1:8000`; a private agent needs an API key or a signed URL.
 * @returns {{title: string, help: string, code: string}[]}
 */
export function snippets({ origin, id, isPrivate }) {
  const text = JSON.stringify;
  const socket = origin.replace(/^http/, "ws");
  return [
    {
      title: "Python",
      help: "The official SDK, unmodified, with the microphone and loudspeaker of the machine: pip install \"elevenlabs[pyaudio]\".",
      code: `import os

from elevenlabs import ElevenLabs
from elevenlabs.conversational_ai.conversation import Conversation
from elevenlabs.conversational_ai.default_audio_interface import DefaultAudioInterface

client = ElevenLabs(base_url=${text(origin)}, api_key=os.environ.get("PARLEY_API_KEY", "none"))
conversation = Conversation(
    client,
    ${text(id)},
    requires_auth=${isPrivate ? "True" : "False"},
    audio_interface=DefaultAudioInterface(),
    callback_agent_response=lambda text: print("Agent:", text),
    callback_user_transcript=lambda text: print("You:", text),
)
conversation.start_session()
conversation.wait_for_session_end()`,
    },
    {
      title: "Swift",
      help: "The package's library ParleyClient. Audio goes to the agent with conversation.send(audio:).",
      code: `import Client
import Foundation

let conversation = try await AgentConversation.connect(
    url: URL(string: ${text(origin)})!, agentID: ${text(id)},
    apiKey: ProcessInfo.processInfo.environment["PARLEY_API_KEY"])
try await conversation.send(text: "Hello!")
for await event in conversation.events { print(event) }`,
    },
    {
      title: "JavaScript",
      help: isPrivate
        ? "The official package @elevenlabs/client. Your own server asks this one for the signed URL, with its API key."
        : "The official package @elevenlabs/client. Only origin and connectionType differ from the hosted service.",
      code: isPrivate
        ? `// On your server, which holds the API key:
const address = ${text(`${origin}/v1/convai/conversation/get-signed-url?agent_id=${encodeURIComponent(id)}`)};
const answer = await fetch(address, { headers: { "xi-api-key": process.env.PARLEY_API_KEY } });
const { signed_url: signedUrl } = await answer.json();

// In the page, which gets the signed URL from your server:
import { Conversation } from "@elevenlabs/client";

const conversation = await Conversation.startSession({
  signedUrl,
  onMessage: ({ source, message }) => console.log(source, message),
});`
        : `import { Conversation } from "@elevenlabs/client";

const conversation = await Conversation.startSession({
  agentId: ${text(id)},
  connectionType: "websocket",
  origin: ${text(socket)},
  onMessage: ({ source, message }) => console.log(source, message),
});`,
    },
    {
      title: "A page of its own",
      help: "To share: a page with this agent and a button to talk to it.",
      code: `${origin}/talk-to?agent_id=${encodeURIComponent(id)}`,
    },
    {
      title: "Widget",
      help: "A button for any page. As long as the server has no API keys, only pages on the list under Privacy are let in.",
      code: `<parley-agent agent-id="${id.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"></parley-agent>
<script src="${origin}${WIDGET}" async></script>`,
    },
  ];
}
