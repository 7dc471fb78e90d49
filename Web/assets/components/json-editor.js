// An editor for JSON: CodeMirror where the set-up has brought it, else a plain text field.

import { h } from "../core/dom.js";
import { readObject, startOf } from "../core/json-text.js";

/** Milliseconds after the last key before the text is read. */
const PAUSE = 250;

/**
 * An element with the members `text` (get and set) and `markers` (what is wrong at which line, from 1). The first marked line is
 * brought into sight, unless somebody types here. `settle()` reads at once what was typed last; `isSettled` says whether there
 * is nothing to read; `goTo(line)` moves the cursor there.
 *
 * @param {{value?: string, label: string, onread: (result: ReturnType<typeof readObject>) => void}} options `onread` gets what
 *   the reader has changed, when nothing was typed for a moment; it is not called for `text = …`.
 * @returns {HTMLElement & {text: string, markers: {line: number, message: string}[], goTo: (line: number) => void}}
 */
export function jsonEditor({ value = "", label, onread }) {
  let markers = [];
  let timer = null;
  const stop = () => {
    clearTimeout(timer);
    timer = null;
  };
  const read = () => {
    stop();
    onread(readObject(editor.text()));
  };
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE);
  };
  let editor = plain({ value, label, onchange: changed });
  const problems = h("ul.problems", { role: "status" });
  const element = h("div.json-editor", editor.element, problems);
  const mark = (list) => {
    markers = list;
    editor.mark(list);
    if (list.length && !editor.element.matches(":focus-within")) editor.show(list[0].line);
    problems.replaceChildren(...list.map(({ line, message }) => h("li.problem", h("button.link", { onclick: () => element.goTo(line) }, `Line ${line}`), `: ${message}`)));
  };

  Object.defineProperties(element, {
    text: {
      get: () => editor.text(),
      set: (text) => {
        stop();
        editor.set(text);
        mark([]);
      },
    },
    markers: {
      get: () => markers,
      set: mark,
    },
    isSettled: { get: () => timer === null },
  });
  element.settle = () => timer !== null && read();
  element.goTo = (line) => {
    editor.show(line, true);
    editor.focus();
  };

  library().then((modules) => {
    if (!modules) return;
    const better = highlighted(modules, { value: editor.text(), label, onchange: changed });
    const line = document.activeElement === editor.element ? editor.line() : null;
    editor.element.replaceWith(better.element);
    editor = better;
    mark(markers);
    if (line) element.goTo(line);
  });
  return element;
}

function plain({ value, label, onchange }) {
  const element = h("textarea.input.mono", { rows: 20, spellcheck: "false", aria: { label }, oninput: onchange, value });
  return {
    element,
    text: () => element.value,
    set: (text) => (element.value = text),
    mark: (markers) => element.setAttribute("aria-invalid", String(markers.length > 0)),
    line: () => element.value.slice(0, element.selectionStart).split("\n").length,
    show(line, isChosen) {
      const start = startOf(element.value, line);
      if (isChosen) element.setSelectionRange(start, start);
      // Long lines take several rows, so that this comes near.
      element.scrollTop = (element.scrollHeight * (line - 1)) / element.value.split("\n").length - element.clientHeight / 3;
    },
    focus: () => element.focus(),
  };
}

// MARK: CodeMirror

let loading = null;

/** @returns {Promise<object|null>} CodeMirror with its JSON, or null where it is not installed. */
function library() {
  const part = (name) => import(new URL(`../vendor/editor/${name}.js`, import.meta.url));
  loading ??= Promise.all([part("codemirror"), part("json")]).then(([core, json]) => ({ ...core, ...json }), () => null);
  return loading;
}

function highlighted(modules, { value, label, onchange }) {
  const { Decoration, EditorState, EditorView, StateEffect, StateField, basicSetup, json, syntaxHighlighting } = modules;
  const setMarkers = StateEffect.define();
  const markers = StateField.define({
    create: () => Decoration.none,
    update: (marks, change) => change.effects.reduce((marks, effect) => (effect.is(setMarkers) ? placed(modules, change.state.doc, effect.value) : marks), marks.map(change.changes)),
    provide: (field) => EditorView.decorations.from(field),
  });
  // Within a shadow tree CodeMirror adopts its styles as sheets, which the page's Content-Security-Policy permits.
  const element = h("div.frame");
  const shadow = element.attachShadow({ mode: "open" });
  let isSet = false;
  const view = new EditorView({
    root: shadow,
    parent: shadow,
    state: EditorState.create({
      doc: value,
      extensions: [
        basicSetup,
        json(),
        syntaxHighlighting(colours(modules)),
        look(EditorView),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        markers,
        EditorView.updateListener.of((update) => update.docChanged && !isSet && onchange()),
      ],
    }),
  });
  return {
    element,
    text: () => view.state.doc.toString(),
    set: (text) => {
      isSet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      isSet = false;
    },
    mark: (list) => view.dispatch({ effects: setMarkers.of(list) }),
    show(line, isChosen) {
      const start = startOf(view.state.doc.toString(), line);
      view.dispatch({ effects: EditorView.scrollIntoView(start, { y: "center" }), ...(isChosen ? { selection: { anchor: start } } : {}) });
    },
    focus: () => view.focus(),
  };
}

/** The marked lines, and under each what is wrong with it. */
function placed({ Decoration, WidgetType }, text, list) {
  class Words extends WidgetType {
    constructor(message) {
      super();
      this.message = message;
    }
    eq(other) {
      return other.message === this.message;
    }
    toDOM() {
      return h("div", { class: "problem", aria: { hidden: "true" } }, this.message);
    }
  }
  const lines = list.map(({ line, message }) => ({ place: text.line(Math.max(1, Math.min(text.lines, line))), message }));
  const marks = lines.flatMap(({ place, message }) => [
    Decoration.line({ class: "marked" }).range(place.from),
    Decoration.widget({ widget: new Words(message), block: true, side: 1 }).range(place.to),
  ]);
  return Decoration.set(marks, true);
}

/** Colours of JSON's parts. CodeMirror's own styles name the tags, which the bundle does not export. */
function colours({ HighlightStyle, defaultHighlightStyle, oneDarkHighlightStyle }) {
  const styles = [...defaultHighlightStyle.specs, ...oneDarkHighlightStyle.specs];
  const tags = Object.fromEntries(styles.flatMap(({ tag }) => tag).map((tag) => [String(tag), tag]));
  const wanted = { propertyName: "--accent-strong", string: "--ink", number: "--caution", bool: "--caution", keyword: "--caution", separator: "--quiet" };
  return HighlightStyle.define(Object.entries(wanted).filter(([name]) => tags[name]).map(([name, colour]) => ({ tag: tags[name], color: `var(${colour})` })));
}

/** The page's own colours and type; a shadow tree knows the custom properties of the page. */
const look = (EditorView) =>
  EditorView.theme({
    "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "var(--type-small)" },
    "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
    ".cm-content": { caretColor: "var(--ink)" },
    ".cm-cursor": { borderLeftColor: "var(--ink)" },
    ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--sunken)", border: "none" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 50%, transparent)" },
    "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--accent-soft)" },
    "&.cm-focused .cm-matchingBracket": { color: "inherit", backgroundColor: "var(--accent-soft)" },
    ".cm-foldPlaceholder": { color: "var(--quiet)", backgroundColor: "var(--sunken)", border: "1px solid var(--line)" },
    ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--raised)", borderColor: "var(--line)" },
    ".cm-textfield, .cm-button": { color: "inherit", background: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "var(--radius-small)" },
    ".cm-searchMatch": { backgroundColor: "var(--caution-soft)" },
    ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--raised)", border: "1px solid var(--line)" },
    ".marked": { backgroundColor: "var(--alarm-soft)" },
    ".problem": { padding: "0 var(--space-3)", color: "var(--alarm)", backgroundColor: "var(--alarm-soft)", fontFamily: "var(--font)", whiteSpace: "pre-wrap" },
  });
