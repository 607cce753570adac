/* The page "compare": any two snapshots, by their aims.json, in the reader's browser. All data is written as text, never as markup. */
import { base, element, isSnapshot, json, publishedVersions, state, thisVersion } from "./page.js";
import { difference } from "./difference.js";
import { shortened } from "./redline.js";

const LISTS = ["records", "documents", "texts", "gaps"];
const folderOf = (version) => new URL(`../${encodeURIComponent(version)}/`, base);

/** The state that a snapshot holds. Raises `Error` with a sentence. */
async function readState(version) {
  const address = new URL("aims.json", folderOf(version));
  const found = await json(address);
  if (found?.format !== 1 || !LISTS.every((name) => Array.isArray(found[name]))) {
    throw new Error(`${address} does not hold a state of the management system that this page can read (format 1).`);
  }
  return found;
}

// -- in words: the same as macros/control/changes/report.py ------------------------------------------------------------------------------

const MOST_TITLES = 4;

function summaryOf({ documents, groups }) {
  const count = (mark) => groups.flatMap(({ records }) => records).filter((record) => record.mark === mark).length;
  const records = ["added", "changed", "moved", "removed"].filter(count).map((mark) => `${count(mark)} ${mark}`);
  const said = [];
  if (documents.length) said.push(`${documents.length} ${documents.length === 1 ? "document" : "documents"} changed`);
  if (records.length) said.push(`records: ${records.join(", ")}`);
  return said.length ? `${said.join("; ")}.` : "Nothing changed.";
}

/** Who wrote and approved a version, and why there is one. */
function told({ number, author, approvals, approved, evidence, effective_from: from, reason }) {
  const given = approvals.length ? `, ${approved ? "" : "so far "}approved by ${approvals.join(" and ")} (${evidence})` : `, ${evidence}`;
  const words = `Version ${number}, written by ${author}${given}${from ? `, in force from ${from}` : ""}. `;
  return element("li", {}, words, element("strong", {}, "Why:"), ` ${reason}`);
}

function closing({ on, by, records }) {
  const named = records.length <= MOST_TITLES ? records : records.map((record) => record.split(" ")[0]);
  return element("li", {}, `${records.length} ${records.length === 1 ? "record" : "records"} closed on ${on} by ${by}: ${named.join(", ")}`);
}

// -- one change -----------------------------------------------------------------------------------------------------------------------

/** The colours of views/changes.py. */
const TONES = { added: "good", removed: "bad", changed: "info", moved: "quiet" };
const badge = (mark) => element("span", { class: `state state-${TONES[mark]} change-${mark}` }, mark);
const small = (words) => (words ? [" ", element("small", {}, words)] : []);
const list = (items) => (items.length ? [element("ul", {}, ...items)] : []);

/** A link to a page of a snapshot, or plain text where there is no such page, or its address leads elsewhere. */
function linked(text, address, entry) {
  if (!address || entry.properties?.disposed) return text;
  const folder = folderOf(entry.version);
  const to = new URL(address, folder);
  return to.href.startsWith(folder.href) ? element("a", { href: to.href }, text) : text;
}

const TAGS = { added: "ins", removed: "del", same: "span" };

/** A line of a list: what it is about, and what was removed from it and added to it. */
function edited(lead, { mark, pieces }) {
  const line = element("li", {}, ...lead, mark === "moved" ? "moved: " : "");
  for (const [number, piece] of shortened(pieces).entries()) {
    if (piece.mark === "added" && pieces[number - 1]?.mark === "removed" && !/^[,.;:!?)]/.test(piece.text)) line.append(" ");
    line.append(element(TAGS[piece.mark], {}, piece.text));
  }
  return line;
}

const fieldItems = (fields) => fields.flatMap(({ label, edits }) => edits.map((edit) => edited([element("strong", {}, `${label}:`), " "], edit)));

function recordChange(record, [from, to]) {
  const { mark, kind, document, fields, moved } = record;
  const name = linked(record.title, record.address, mark === "removed" ? from : to);
  const where = `${kind}${document ? `, in ${document}` : ""}${moved ? `; ${moved}` : ""}`;
  return element(
    "article",
    { class: "change" },
    element("h3", {}, name, " ", badge(mark), ...small(where)),
    ...list(mark === "changed" ? fieldItems(fields) : []),
  );
}

function textChange({ mark, path, title, address, was, edits, sections }, [from, to]) {
  const name = element("strong", {}, linked(title, address, mark === "removed" ? from : to));
  const under = (at) => (sections[at] && sections[at] !== sections[at - 1] ? [element("small", {}, `${sections[at]}:`), " "] : []);
  const items = edits.map((edit, at) => edited(under(at), edit));
  return [element("p", {}, name, " ", badge(mark), ...small(was ? `was ${was}, is ${path}` : path)), ...list(items)];
}

function documentChange(document, entries) {
  const { mark, versions, validity, fields, closed, files, texts, unapproved } = document;
  const facts = [
    ...versions.map(told),
    ...(validity ? [element("li", {}, `It was: ${validity[0]}. Now: ${validity[1]}.`)] : []),
    ...fieldItems(fields),
    ...closed.map(closing),
    ...files.map((file) => element("li", {}, file)),
  ];
  const name = linked(document.title, document.address, entries[mark === "removed" ? 0 : 1]);
  return element(
    "article",
    { class: "change" },
    element("h3", {}, name, " ", badge(mark)),
    ...(unapproved ? [element("p", {}, state("warn", "Changed without a new version"), " Nobody has approved this content yet.")] : []),
    ...list(facts),
    ...texts.flatMap((text) => textChange(text, entries)),
  );
}

/** A part of the result: a heading and what belongs to it, nothing where that is empty. */
const part = (title, items) => (items.length ? [element("section", {}, element("h2", {}, title), ...items)] : []);

function result(found, entries) {
  const gaps = (list) => (list.length ? [element("ul", {}, ...list.map((gap) => element("li", {}, gap)))] : []);
  return [
    ...part("Documents", found.documents.map((change) => documentChange(change, entries))),
    ...found.groups.flatMap(({ title, records }) => part(title, records.map((change) => recordChange(change, entries)))),
    ...part("Gaps closed", gaps(found.gaps_closed)),
    ...part("Gaps opened", gaps(found.gaps_opened)),
  ];
}

// -- the page -------------------------------------------------------------------------------------------------------------------------

/** Which two are compared first: what the address asks for, else the snapshot before this one and this one. */
function asked(list) {
  const query = new URLSearchParams(location.search);
  const own = Math.max(list.indexOf(thisVersion(list)), 0);
  const [older, newer] = own + 1 < list.length ? [own + 1, own] : [own, own - 1];
  return [query.get("from") ?? list[older].version, query.get("to") ?? list[newer].version];
}

function tool(box, list) {
  const choice = (label, name) => {
    const select = element("select", { name });
    for (const { version, properties } of list) {
      const words = [
        properties?.date?.slice(0, 10),
        properties?.purpose,
        properties?.drafts && "with drafts",
        properties?.disposed && "disposed",
      ].filter(Boolean);
      select.append(element("option", { value: version }, `${version}${words.length ? ` (${words.join(", ")})` : ""}`));
    }
    return [select, element("label", {}, label, select)];
  };
  const [from, fromLabel] = choice("From", "from");
  const [to, toLabel] = choice("To", "to");
  const status = element("p", { role: "status", class: "summary" });
  const body = element("div", {});
  let turn = 0;

  const show = async () => {
    const mine = ++turn;
    const entries = [from, to].map((select) => list.find(({ version }) => version === select.value));
    body.replaceChildren();
    if (entries[0] === entries[1]) {
      status.textContent = "Choose two different snapshots.";
      return;
    }
    status.textContent = `Comparing ${from.value} with ${to.value} …`;
    try {
      const states = await Promise.all(entries.map(({ version }) => readState(version)));
      if (mine !== turn) return; // somebody chose anew meanwhile
      const found = difference(...states, from.value, to.value);
      body.replaceChildren(...result(found, entries));
      status.textContent = `Changes from ${from.value} to ${to.value}: ${summaryOf(found)}`;
    } catch (error) {
      if (mine === turn) status.replaceChildren(state("bad", "Cannot be compared"), ` ${error.message}`);
    }
  };
  const chosen = () => {
    const address = new URL(location.href);
    address.searchParams.set("from", from.value);
    address.searchParams.set("to", to.value);
    history.replaceState(null, "", address);
    show();
  };
  from.addEventListener("change", chosen);
  to.addEventListener("change", chosen);

  box.replaceChildren(element("div", { class: "register-tools", role: "group", "aria-label": "Which snapshots" }, fromLabel, toLabel), status, body);
  const wanted = asked(list);
  const unknown = wanted.find((version) => !list.some((entry) => entry.version === version));
  if (unknown !== undefined) {
    status.textContent = `There is no snapshot ${unknown}; choose from the list.`;
    return;
  }
  [from.value, to.value] = wanted;
  show();
}

async function page() {
  const box = document.querySelector(".compare");
  const says = (tone, word, sentence) => box.replaceChildren(element("p", { role: "status" }, state(tone, word), " ", sentence));
  if (!isSnapshot)
    return says(
      "info",
      "Not a snapshot",
      "This is the live site, which knows of no snapshots. Choose a published snapshot and open its own page “Compare”.",
    );
  let list;
  try {
    list = await publishedVersions();
  } catch (error) {
    return says(
      "warn",
      "No list of snapshots",
      `${error.message} Comparing needs the web server that publishes the snapshots; with the repository, use “aims changes”.`,
    );
  }
  if (list.length < 2) return says("info", "Nothing to compare", `${list[0]?.version ?? "This"} is the only snapshot so far.`);
  return tool(box, list);
}

page();
