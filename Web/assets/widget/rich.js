// The little markup of answers and terms as a tree: texts, and `{tag, href, children}`. The browser's own parser never sees it,
// so that nothing in it can run.

const marks = /```(?:\w*\n)?([\s\S]+?)```|`([^`\n]+)`|\*\*([^\n]+?)\*\*|(?<![\w*])\*([^*\s][^*\n]*)\*|!?\[([^\]\n]*)\]\(([^)\s]+)[^)\n]*\)|(https?:\/\/[^\s<>()"]*[^\s<>()".,;:!?])/g;

/** Markdown's emphasis, code and links. A link that `mayLink(address)` does not allow stays text, an image is its description. */
export function parseMarkdown(text, mayLink) {
  const nodes = [];
  let end = 0;
  const addText = (to) => to > end && nodes.push(text.slice(end, to).replace(/^#{1,6} +/gm, ""));
  for (const { index, 0: whole, 1: fence, 2: code, 3: strong, 4: emphasis, 5: label, 6: target, 7: bare } of text.matchAll(marks)) {
    addText(index);
    end = index + whole.length;
    const address = target ?? bare;
    if (address && !whole.startsWith("!") && mayLink(address)) nodes.push({ tag: "a", href: address, children: [label || address] });
    else if (address) nodes.push(label || address);
    else if (fence ?? code) nodes.push({ tag: "code", children: [fence ?? code] });
    else nodes.push({ tag: strong ? "strong" : "em", children: parseMarkdown(strong ?? emphasis, mayLink) });
  }
  addText(text.length);
  return nodes;
}

const entities = { lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " ", amp: "&" };

/** The HTML of terms as markdown: paragraphs, lists, emphasis and links; of other tags only the text is kept. */
export const markdownOf = (html) =>
  html
    .replace(/<(script|style|template|svg|iframe)\b[\s\S]*?(<\/\1\s*>|$)|<!--[\s\S]*?(-->|$)/gi, "")
    .replace(/\s+/g, " ")
    .replace(/<a\b[^>]*?\bhref\s*=\s*["']?([^\s"'>]+)[^>]*>(.*?)<\/a\s*>/gi, (_, address, text) => `[${text}](${address})`)
    .replace(/<\/?(b|strong|h[1-6])\b[^>]*>/gi, (tag, name) => (/h/i.test(name) ? (tag[1] === "/" ? "**\n\n" : "\n\n**") : "**"))
    .replace(/<li\b[^>]*>/gi, "\n• ")
    .replace(/<br\b[^>]*>/gi, "\n")
    .replace(/<\/?(p|div|ul|ol)\b[^>]*>/gi, "\n\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#39|[a-z]+);/gi, (match, name) => entities[name.toLowerCase()] ?? match)
    .replace(/ *\n */g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

/** `[laughs]` and the like are for the voice. */
export const withoutTags = (text) => text.replace(/\[[\w\s]+\](?!\()\s*/g, "").trimStart();
