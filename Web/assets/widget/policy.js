// What the page's Content-Security-Policy keeps the widget from, in words, and a second way for its audio.

const blocked = [];

document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective, disposition }) => {
  if (disposition === "enforce") blocked.push([blockedURI, effectiveDirective.replace(/-elem$/, "")]);
});

/** What has to be added to the page's policy for `server`; null when that blocks nothing of it. */
export function policyAdvice(server) {
  const { origin, host } = new URL(server);
  const directives = new Set(blocked.filter(([address]) => address.includes(host) || address === "blob").map(([, directive]) => directive));
  const lines = [...directives].map((name) => `${name} ${origin}${name === "connect-src" ? origin.replace("http", " ws") : ""}`);
  return lines.length ? `The page's Content-Security-Policy blocks the widget. Add to it: ${lines.join("; ")}` : null;
}

/** Fetches from Parley. @throws {Error} Why there was no answer, in words. */
export async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    // The browser tells of its policy a moment later.
    await new Promise((later) => setTimeout(later));
    throw new Error(policyAdvice(url) ?? `${new URL(url).origin} does not answer.`, { cause: error });
  }
}

/** Loads the call engine's audio worklet from the server, or where the page's policy prevents that, from a copy in the page. */
export async function addWorklet(context) {
  const address = new URL("../talk/audio-worklet.js", import.meta.url).href;
  try {
    await context.audioWorklet.addModule(address).catch(async () => context.audioWorklet.addModule(await copied(address)));
  } catch (error) {
    if (context.state === "closed") throw error;
    // Browsers do not tell pages that their policy keeps a worklet out.
    console.error(`[Parley] ${address} could not be loaded. Does the page's script-src allow ${new URL(address).origin}?`, error);
    throw new Error("Speaking does not work on this page. Please write instead.", { cause: error });
  }
}

/** The address of a copy of a module and of what it imports. */
async function copied(address) {
  let text = await (await fetch(address)).text();
  for (const [whole, name] of text.matchAll(/from "(\.[^"]+)"/g)) text = text.replace(whole, `from "${await copied(new URL(name, address))}"`);
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
