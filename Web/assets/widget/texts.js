// The words of the widget, by the hosted service's names of them.

export const defaults = {
  main_label: "Questions? Talk to us.",
  start_call: "Start a call",
  start_chat: "Write",
  new_call: "Call again",
  end_call: "End",
  send_message: "Send",
  mute_microphone: "Mute the microphone",
  unmute_microphone: "Unmute the microphone",
  change_language: "Language",
  collapse: "Close",
  expand: "Open",
  dismiss: "Hide",
  reopen: "Show the assistant",
  terms_title: "Before we begin",
  accept_terms: "Accept",
  dismiss_terms: "Cancel",
  connecting_status: "Connecting",
  listening_status: "Listening",
  speaking_status: "Speaking",
  muted_status: "Muted",
  chatting_status: "Connected",
  input_label: "Your message",
  input_placeholder: "Write a message",
  input_placeholder_new_conversation: "Write to begin again",
  user_ended_conversation: "You ended the conversation.",
  agent_ended_conversation: "The conversation has ended.",
  error_occurred: "Something went wrong.",
  conversation_id: "Conversation",
  you: "You",
  agent: "Assistant",
  interrupted: "interrupted",
  initiate_feedback: "How was this conversation?",
  follow_up_feedback_placeholder: "What could be better? (optional)",
  thanks_for_feedback: "Thank you for your feedback.",
  submit: "Send",
};

/** Members of older configurations, and attributes when written with hyphens: which text each of them is. */
export const formerNames = {
  action_text: "main_label",
  start_call_text: "start_call",
  end_call_text: "end_call",
  expand_text: "expand",
  collapse_text: "collapse",
  listening_text: "listening_status",
  speaking_text: "speaking_status",
};

/** The texts of `sources` above the defaults; the first source that has one counts. */
export function textsOf(...sources) {
  const texts = { ...defaults };
  for (const source of sources.reverse()) {
    for (const [name, value] of Object.entries(source ?? {})) {
      const key = formerNames[name] ?? name;
      if (key in defaults && value && typeof value === "string") texts[key] = value;
    }
  }
  return texts;
}
