// Replay: what another turn-taking policy would have made of the same call.

import { post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { count, counted, milliseconds } from "../../core/format.js";
import { field, numberInput, textArea } from "../../components/field.js";
import { notice, pending } from "../../components/page.js";
import { attempt } from "../../components/toast.js";
import { changesOf, numberOf, numbers, rowsOf, verdict } from "./policy.js";
import { place } from "./words.js";

/** @param {string} id @param {{onplay: ((seconds: number) => void) | null}} actions */
export function replayPanel(id, { onplay }) {
  const path = `/v1/parley/conversations/${encodeURIComponent(id)}/replay`;
  return pending(async () => {
    const { policy } = await post(path, { policy: {} });
    const inputs = numbers.map(([name, unit, label, help, bounds]) => {
      const recorded = numberOf(policy?.[name]);
      return field({ label, help: recorded === null ? help : `${help} In this call: ${count(recorded)}.` }, numberInput({ name, value: recorded ?? "", ...bounds }));
    });
    const json = field({ label: "Other numbers", optional: true, help: "JSON, with lengths as texts. All names are in the recorded policy below." }, textArea({ placeholder: '{"neutralWait": {"certain": "500 ms"}}', spellcheck: "false", class: "mono" }));
    const result = h("div.stack", { aria: { live: "polite" } });
    const button = h("button.button.primary", { type: "submit" }, "Replay");
    const run = async () => {
      json.problem("");
      let changes;
      try {
        changes = changesOf(Object.fromEntries(inputs.map(({ control }) => [control.name, control.read()])), policy, json.control.value);
      } catch (error) {
        json.problem(error.message);
        return json.control.focus();
      }
      if (!Object.keys(changes).length) return result.replaceChildren(notice("These are the numbers of the call itself. Change one of them first."));
      try {
        result.replaceChildren(...shown(await post(path, { policy: changes }, { patience: 120_000 }), onplay));
      } catch (error) {
        if (error.status !== 422) throw error;
        json.problem(error.problems.map(({ message }) => message).join("\n") || error.message);
      }
    };
    const reset = () => inputs.forEach(({ control }) => (control.value = numberOf(policy?.[control.name]) ?? ""));
    return h(
      "div.stack",
      h("p.quiet", "The call is held again under other numbers: the caller says what they said, and the engines take as long as they took. What the caller would have said to an earlier answer, nobody knows."),
      h(
        "form.card.stack",
        { novalidate: true, onsubmit: (event) => (event.preventDefault(), attempt(button, run)) },
        h("div.fields", inputs),
        json,
        h("div.row", button, h("button.button.plain", { onclick: reset }, "As in the call")),
      ),
      result,
      policy ? h("details.conversations-numbers", h("summary", "The recorded policy"), h("pre.conversations-code", { tabindex: "0" }, JSON.stringify(policy, null, 2))) : null,
    );
  });
}

function shown(report, onplay) {
  const rows = rowsOf(report);
  const kinds = (kind) => rows.filter((row) => row.kind === kind).length;
  const most = Math.max(1, ...rows.flatMap(({ before, after }) => [before ?? 0, after ?? 0]));
  const total = [
    `${counted(report.answered.length, "answer")}: ${count(kinds("earlier"))} earlier, ${count(kinds("later"))} later`,
    `${count(kinds("cut"))} would cut the caller off, ${count(kinds("joined"))} would be joined with what follows`,
    `interruptions: ${count(kinds("stops"))} more, ${count(kinds("goes_on"))} fewer`,
  ];
  const bar = (value, name) => {
    const element = h(`span.bar.${name}`);
    element.style.width = `${((value ?? 0) / most) * 100}%`;
    return h("span.measure", h("span.track", element), h("span.figure.small", milliseconds(value)));
  };
  return [
    notice(`${total.join("; ")}.`, kinds("cut") ? "caution" : null),
    report.enactment_drift_ms > 64 ? notice(`The simulation itself differs from the recorded call by up to ${milliseconds(report.enactment_drift_ms)}. Both sides below are simulated, so that this cancels out.`) : null,
    h("p.row.small.quiet", h("span.conversations-key.before"), "In the call", h("span.conversations-key.after"), "Under these numbers"),
    h(
      "ol.card.flush.conversations-replay",
      rows.map((row) =>
        h(
          `li.${row.kind}`,
          onplay ? h("button.button.plain.figure", { aria: { label: `Hear it from ${place(row.at)}` }, onclick: () => onplay(Math.max(0, row.at - 3)) }, place(row.at)) : h("span.figure", place(row.at)),
          h("div.grow", h("strong", verdict(row)), row.words ? h("p.quiet", `“${row.words}”`) : null),
          row.before === null && row.after === null ? null : h("div.measures", { aria: { label: `Recorded ${milliseconds(row.before)}, now ${milliseconds(row.after)}` } }, bar(row.before, "before"), bar(row.after, "after")),
        ),
      ),
    ),
  ].filter(Boolean);
}
