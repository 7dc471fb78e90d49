// How a tool behaves in a call, in words. MCP servers have the same choices for all of their tools.

export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The choices by the member that holds them: `standard`, `label`, `help` and `options`. */
export const behaviour = {
  execution_mode: {
    label: "When it runs", standard: "immediate",
    help: "A tool that runs in the background does not hold up the answer: the agent tells the result as soon as nobody speaks.",
    options: [["immediate", "At once"], ["post_tool_speech", "After the agent has been heard"], ["async", "In the background"]],
  },
  pre_tool_speech: {
    label: "Words before it", standard: "auto",
    help: "Whether the agent says something first, such as “One moment, please”.",
    options: [["auto", "Only if the tool is slow"], ["force", "Always"], ["off", "Never"]],
  },
  tool_call_sound: {
    label: "Sound while it runs", standard: "",
    help: "The caller hears it until somebody speaks.",
    options: [["", "None"], ["typing", "Typing"], ["elevator1", "Quiet music 1"], ["elevator2", "Quiet music 2"], ["elevator3", "Quiet music 3"], ["elevator4", "Quiet music 4"]],
  },
  tool_call_sound_behavior: {
    label: "When the sound plays", standard: "auto",
    options: [["auto", "After the agent has said something"], ["always", "Always"]],
  },
  interruption_mode: {
    label: "Interruptions", standard: "allow",
    help: "Whether a caller who speaks stops the agent.",
    options: [["allow", "Always"], ["disable_during_tool", "Not while the tool runs"], ["disable_during_tool_and_turn", "Not until the answer is over"]],
  },
};

export const errorHandling = {
  label: "What the agent hears of a failure", standard: "auto",
  help: "The record of the call always has all of it.",
  options: [["auto", "As fits the type of tool"], ["hide", "Only that there was one"], ["summarized", "The status and a message"], ["passthrough", "Part of the answer"]],
};

export const filterModes = [["all", "All of it"], ["allow", "Only some values"], ["hide_all", "Only that it was successful"]];

export const systemTools = {
  end_call: ["End the call", "Hangs up after the agent's last words."],
  skip_turn: ["Wait", "Leaves the floor to a caller who asks for a moment."],
  transfer_to_agent: ["Hand over to another agent", "Another agent of this server goes on with the call."],
  language_detection: ["Change the language", "Goes on in another of the agent's languages."],
  transfer_to_number: ["Hand over to a telephone number", "Only a telephone line can do it; elsewhere the caller hears that it cannot be done."],
  play_keypad_touch_tone: ["Press telephone keys", "Only on telephone lines, for automatic menus."],
  voicemail_detection: ["Recognise an answering machine", "Leaves a message, if there is one, and hangs up."],
};
