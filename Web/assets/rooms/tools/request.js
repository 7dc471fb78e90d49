// What a webhook asks: address, parameters, headers, and what the agent sees of the answer.

import { h } from "../../core/dom.js";
import { linesOf, listOf, setAt } from "../../core/members.js";
import { address } from "../../core/router.js";
import { filterModes, methods } from "../../core/tool-choices.js";
import { section } from "../../components/page.js";
import { connectionChoice, headerList } from "../../components/row-lists.js";
import { rowsForURL } from "./config.js";
import { at } from "../../core/paths.js";
import { parameterList } from "./parameters.js";
import { showRowProblem } from "../../components/rows.js";
import { membersOf, mistakes, newRow, placesOf, propertyOf, rowsOf, schemaOf } from "./schema.js";

const API = ["api_schema"];

/** The sections of a webhook; `mistakes()` of the result gives those of its parameters. */
export function requestSections(form, { secrets, connections }) {
  const path = pathParameters(form);
  const query = parameters(form, {
    path: [...API, "query_params_schema"], isPlain: true, title: "Query parameters", none: "Nothing stands behind the question mark of the address.",
    write: (rows) => (rows.length ? membersOf(rows) : null),
  });
  const body = parameters(form, {
    path: [...API, "request_body_schema"], title: "Body parameters", none: "The request has no body.",
    write: (rows) => schemaOf(rows, at(form.config, [...API, "request_body_schema"])),
  });
  const url = form.text([...API, "url"], { label: "Address", help: "http or https. {name} becomes a parameter below, {{name}} is a dynamic variable." }, { placeholder: "https://desk.example/bookings/{id}", type: "url", inputmode: "url" });
  url.control.addEventListener("change", () => path.follow(url.control.value));
  const elements = [
    section(
      "Request",
      h("div.tools-address", form.choice([...API, "method"], { label: "Method", standard: "GET", options: methods }), url),
      group("In the address", path),
      group("In the query", query),
      group("In the body", body),
      h(
        "details.fold", h("summary", "Form of the body, redirects"),
        h("div.stack", form.choice([...API, "content_type"], { label: "Form of the body", standard: "application/json", options: [["application/json", "JSON"], ["application/x-www-form-urlencoded", "Form (URL-encoded)"]] }), redirects(form)),
      ),
    ),
    section(
      "Headers and sign-in",
      h("p.help", "A value that is a secret is better stored under ", h("a", { href: address("secrets") }, "Secrets"), " and chosen here. Asterisks stand for a value that is stored and not shown."),
      headerList(form, [...API, "request_headers"], secrets),
      connectionChoice(form, API, connections),
    ),
    section("Answer", answer(form)),
  ];
  return { elements, mistakes: () => [path, query, body].flatMap((list) => mistakes(list.rows)) };
}

const group = (title, list) => h("div.tools-group", h("h3", title), list);

/** A list of parameters that stands for a member of the configuration; `write(rows)` gives the member. */
export function parameters(form, { path, write, ...words }) {
  const rows = rowsOf(at(form.config, path));
  const list = parameterList(rows, { ...words, changed: () => (setAt(form.config, path, write(rows)), form.changed()) });
  list.rows = rows;
  form.place(list, () => placesOf(rows, [...path, "properties"]).map(([place, row]) => [place, (text) => showRowProblem(row, text)]));
  return list;
}

/** Path parameters follow the placeholders of the URL. */
function pathParameters(form) {
  const path = [...API, "path_params_schema"];
  const rows = rowsOf({ properties: at(form.config, path) ?? {} });
  const write = () => {
    setAt(form.config, path, Object.fromEntries(rows.map((row) => [row.name, propertyOf(row)])));
    form.changed();
  };
  const list = parameterList(rows, { title: "Parameters of the address", none: "Write {name} in the address for a part that changes with each request.", isPlain: true, isFixed: true, changed: write });
  list.rows = rows;
  list.follow = (url) => {
    rows.splice(0, rows.length, ...rowsForURL([...rows], url, newRow));
    list.renew();
    write();
  };
  form.place(list, () => placesOf(rows, path).map(([place, row]) => [place, (text) => showRowProblem(row, text)]));
  return list;
}

function redirects(form) {
  const domains = form.area(
    ["follow_redirects_allowed_domains"], { label: "Hosts that a redirect may lead to", help: "One a line." },
    { rows: 2, value: linesOf(form.config.follow_redirects_allowed_domains), read: listOf, spellcheck: "false" },
  );
  const show = (isOn) => (domains.hidden = !isOn);
  show(form.config.follow_redirects === true);
  return [form.flag(["follow_redirects"], { label: "Follow a redirect", help: "Once, over https, without body and headers." }, show), domains];
}

function answer(form) {
  const path = [...API, "response_filter"];
  const filters = form.area(
    [...path, "filters"], { label: "Values that the agent sees", help: "One path a line, such as data.slots.0.time." },
    { rows: 3, value: linesOf(at(form.config, [...path, "filters"])), read: listOf, spellcheck: "false" },
  );
  const show = (mode) => (filters.hidden = mode !== "allow");
  show(at(form.config, [...path, "mode"]));
  return [
    form.choice([...path, "mode"], { label: "What the agent sees of the answer", standard: "all", help: "The record of the call has all of it. A short answer is read faster and misread less.", options: filterModes }, { then: show }),
    filters,
  ];
}
