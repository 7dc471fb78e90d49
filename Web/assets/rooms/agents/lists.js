// What the server holds that agents name, as options of forms; each is asked for once.

import { get, pages } from "../../core/api.js";
import { languageTitle } from "./words.js";

/** The hosted service's defaults, which every agent has that chooses nothing: they mean the server's own choice. */
const HOSTED = { voice: "cjVigY5qzO86Huf0OWal", model: "gemini-2.5-flash" };
const LANGUAGES = "ar bg cs da de el en es fi fr hi hr hu id it ja ko ms nl no pl pt ro ru sk sv ta tr uk vi zh".split(" ");

const byText = ([, one], [, other]) => one.localeCompare(other);
const languageOf = ({ labels }) => labels?.language ?? "";

/** @returns {(name: string) => Promise<*[]>} */
export function lists(signal) {
  const found = new Map();
  const options = { signal };
  const voices = () => once("/v1/voices", async () => (await get("/v1/voices", null, options)).voices);

  const makers = {
    async models() {
      const ids = (await get("/v1/convai/llm/list", null, options)).llms.map(({ llm }) => llm);
      const own = ids.includes(HOSTED.model) ? [] : [[HOSTED.model, "The server's choice"]];
      return [...own, ...ids, ["custom-llm", "Your own server"]];
    },
    async voices() {
      const groups = Object.entries(Object.groupBy(await voices(), languageOf));
      return [
        [HOSTED.voice, "The server's choice"],
        ...groups
          .map(([code, members]) => ({ label: code === "mul" ? "Many languages" : languageTitle(code), options: members.map(({ voice_id: id, name }) => [id, name]).sort(byText) }))
          .sort((one, other) => one.label.localeCompare(other.label)),
      ];
    },
    async languages() {
      const codes = new Set([...LANGUAGES, ...(await voices()).map(languageOf)]);
      return [...codes].filter((code) => code && code !== "mul").map((code) => [code, languageTitle(code)]).sort(byText);
    },
    async secrets() {
      const secrets = await pages("/v1/convai/secrets", "secrets", {}, options);
      return [["", "None"], ...secrets.map(({ secret_id: id, name }) => [id, name])];
    },
    async agents() {
      const agents = await pages("/v1/convai/agents", "agents", { sort_by: "name", sort_direction: "asc" }, options);
      return [["", "Choose an agent"], ...agents.map(({ agent_id: id, name }) => [id, name])];
    },
    async tools() {
      const tools = await pages("/v1/convai/tools", "tools", {}, options);
      return tools.map(({ id, tool_config: { name, description } }) => ({ id, title: name, help: description }));
    },
    async mcp() {
      const { mcp_servers: servers } = await get("/v1/convai/mcp-servers", null, options);
      return servers.map(({ id, config }) => ({ id, title: config.name || id, help: config.description }));
    },
  };
  function once(key, load) {
    if (!found.has(key)) {
      const promise = load();
      promise.catch(() => found.delete(key));
      found.set(key, promise);
    }
    return found.get(key);
  }
  return (name) => once(name, makers[name]);
}
