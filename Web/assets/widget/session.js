// The configuration of one call: the page may change it before the call begins, then it becomes the options of the engine.

/**
 * What the event `…:call` hands to the page as `detail.config`, with the names of the hosted client library. `clientTools`
 * is there to be filled.
 */
export function callConfig(settings, attribute, { agent, language, isText, tools }) {
  const text = (name) => attribute(`override-${name}`) ?? undefined;
  const number = (name) => (text(name) ? Number(text(name)) : undefined);
  return {
    agentId: agent.agentID,
    signedUrl: agent.signedURL ?? undefined,
    connectionType: "websocket",
    environment: attribute("environment") ?? undefined,
    userId: attribute("user-id") ?? undefined,
    textOnly: isText,
    dynamicVariables: { ...settings.variables },
    overrides: {
      agent: {
        prompt: { prompt: text("prompt"), llm: text("llm") },
        firstMessage: text("first-message"),
        language: language === settings.languages[0] ? undefined : language,
      },
      tts: { voiceId: text("voice-id"), speed: number("speed"), stability: number("stability"), similarityBoost: number("similarity-boost") },
      conversation: {},
    },
    clientTools: { ...tools },
  };
}

/** The options of `talk/conversation.js`. */
export function engineOptions(config, server) {
  const { textOnly, ...conversation } = config.overrides?.conversation ?? {};
  const tools = Object.entries(config.clientTools ?? {});
  return {
    server,
    agentID: config.agentId,
    signedURL: config.signedUrl ?? null,
    overrides: snakeCase({ ...config.overrides, conversation }) ?? {},
    dynamicVariables: config.dynamicVariables ?? {},
    extraBody: config.customLlmExtraBody ?? null,
    userID: config.userId ?? null,
    environment: config.environment ?? null,
    // The engine sends it where it needs no permission of the agent.
    textOnly: Boolean(config.textOnly || textOnly),
    source: "widget",
    // The agent would wonder about an empty answer.
    tools: Object.fromEntries(tools.map(([name, tool]) => [name, async (parameters) => (await tool(parameters)) ?? "The tool was run."])),
  };
}

/** `firstMessage` → `first_message` at any depth, without members that say nothing. */
function snakeCase(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value ?? undefined;
  const members = Object.entries(value)
    .map(([key, member]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), snakeCase(member)])
    .filter(([, member]) => member !== undefined);
  return members.length ? Object.fromEntries(members) : undefined;
}
