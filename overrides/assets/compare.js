/* The page "compare": what differs between any two snapshots, from the comparison that lies beside them, with the words that the page brings. All data
   is written as text, never as markup. */
import { base, element, isSnapshot, json, publishedVersions, state, thisVersion } from "./page.js";

const LISTS = ["documents", "groups", "gaps_closed", "gaps_opened"];
const WORDS = JSON.parse(document.getElementById("__changes")?.textContent ?? "{}");
const say = (name, values = {}) => (WORDS[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
const folderOf = (version) => new URL(`../${encodeURIComponent(version)}/`, base);

/** What differs from an older snapshot to a newer one. Raises `Error` with a sentence. */
async function comparison(from, to) {
  const address = new URL(`../compare/${encodeURIComponent(to)}/${encodeURIComponent(from)}.json`, base);
  const found = await json(address);
  if (found?.format !== 1 || found.from !== from || found.to !== to || !LISTS.every((name) => Array.isArray(found.differences?.[name]))) {
    throw new Error(`${address} does not hold a comparison of ${from} with ${to} that this page can read (format 1).`);
  }
  return found.differences;
}

// -- in words: as the properties in macros/control/changes/ say it -----------------------------------------------------------------------

const MOST_TITLES = 4;

function summaryOf({ documents, groups }) {
  const count = (mark) => groups.flatMap(({ records }) => records).filter((record) => record.mark === mark).length;
  const counts = ["added", "changed", "moved", "removed"].filter(count).map((mark) => say("count", { count: count(mark), mark }));
  const said = [];
  if (documents.length) said.push(say(documents.length === 1 ? "document_changed" : "documents_changed", { count: documents.length }));
  if (counts.length) said.push(say("records_changed", { counts: counts.join(", ") }));
  return said.length ? `${said.join("; ")}.` : say("nothing");
}

const person = (name, holder) => (holder ? say("holder", { name, holder }) : name);

/** Who wrote and approved a version, and why there is one. */
function versionNews({ number, author, author_holder: holder, approvals, approved, evidence: code, evidence_named: named, effective_from: day, reason }) {
  const evidence = code ? say(code) : named.join("; ");
  const names = approvals.map((one) => say("approval", { name: one.role, holder: one.holder, day: one.on })).join(say("and"));
  const parts = [
    say("written", { number, author: person(author, holder) }),
    names ? say(approved ? "approved" : "approved_so_far", { names, evidence }) : evidence,
    ...(day ? [say("in_force", { day })] : []),
  ];
  return element("li", {}, `${parts.join(", ")}. `, element("strong", {}, say("why")), ` ${reason}`);
}

function closing({ on: day, role, holder, records }) {
  const named = records.length <= MOST_TITLES ? records : records.map((record) => record.split(" ")[0]);
  const values = { count: records.length, day, by: person(role, holder), records: named.join(", ") };
  return element("li", {}, say(records.length === 1 ? "record_closed" : "records_closed", values));
}

/** In which document a record stands, and from where to where it moved. */
function whereabouts({ id, document, version, was, renamed, file, was_in: before }) {
  const moved = [
    ...(was ? [say(renamed ? "renamed" : "renumbered", { was, id })] : []),
    ...(before ? [say("file_moved", { was: before, file })] : []),
  ];
  const inside = document ? say("in_document", { document: version ? say("version_of", { document, version }) : document }) : "";
  return inside + (moved.length ? `; ${moved.join(", ")}` : "");
}

// -- one change -----------------------------------------------------------------------------------------------------------------------

/** The colours of views/changes.py. */
const TONES = { added: "good", removed: "bad", changed: "info", moved: "quiet" };
const badge = (mark) => element("span", { class: `state state-${TONES[mark]} change-${mark}` }, mark);
const small = (words) => (words ? [" ", element("small", {}, words)] : []);
const list = (items) => (items.length ? [element("ul", {}, ...items)] : []);

/** A link to a page of a snapshot, or plain text where there is no such page, or its address leads elsewhere. */
function linked(text, address, entry) {
  if (!address) return text;
  const folder = folderOf(entry.version);
  const to = new URL(address, folder);
  return to.href.startsWith(folder.href) ? element("a", { href: to.href }, text) : text;
}

const TAGS = { added: "ins", removed: "del", same: "span" };

/** A line of a list: what it is about, and what was removed from it and added to it. */
function edited(lead, { mark, pieces }) {
  const line = element("li", {}, ...lead, mark === "moved" ? say("moved") : "");
  if (!pieces.length) line.append(say("same_words"));
  for (const [number, piece] of pieces.entries()) {
    if (piece.mark === "added" && pieces[number - 1]?.mark === "removed" && !/^[,.;:!?)]/.test(piece.text)) line.append(" ");
    line.append(element(TAGS[piece.mark], {}, piece.text));
  }
  return line;
}

const fieldItems = (fields) =>
  fields.flatMap(({ path, edits }) => edits.map((edit) => edited([element("strong", {}, `${path.join(" › ")}:`), " "], edit)));

function recordChange(record, [from, to]) {
  const { mark, kind, fields } = record;
  const name = linked(record.title, record.address, mark === "removed" ? from : to);
  return element(
    "article",
    { class: "change" },
    element("h3", {}, name, " ", badge(mark), ...small(kind + whereabouts(record))),
    ...list(mark === "changed" ? fieldItems(fields) : []),
  );
}

function textChange({ mark, path, title, address, was, edits, sections }, [from, to]) {
  const name = element("strong", {}, linked(title, address, mark === "removed" ? from : to));
  const under = (at) => (sections[at] && sections[at] !== sections[at - 1] ? [element("small", {}, `${sections[at]}:`), " "] : []);
  const items = edits.map((edit, at) => edited(under(at), edit));
  return [element("p", {}, name, " ", badge(mark), ...small(was ? say("page_was", { was, path }) : path)), ...list(items)];
}

function documentChange(document, entries) {
  const { mark, versions, validity, fields, closed, files, texts, unapproved } = document;
  const facts = [
    ...versions.map(versionNews),
    ...(validity ? [element("li", {}, say("validity", { before: validity[0], now: validity[1] }))] : []),
    ...fieldItems(fields),
    ...closed.map(closing),
    ...files.map(({ mark: code, path, was }) => element("li", {}, say(code, { path, was }))),
  ];
  const name = linked(document.title || say("of_no_document"), document.address, entries[mark === "removed" ? 0 : 1]);
  return element(
    "article",
    { class: "change" },
    element("h3", {}, name, " ", badge(mark)),
    ...(unapproved ? [element("p", {}, state("warn", say("unapproved")), ` ${say("unapproved_why")}`)] : []),
    ...list(facts),
    ...texts.flatMap((text) => textChange(text, entries)),
  );
}

/** A part of the result: a heading and what belongs to it, nothing where that is empty. */
const part = (title, items) => (items.length ? [element("section", {}, element("h2", {}, title), ...items)] : []);

function result(found, entries) {
  const gaps = (list) => (list.length ? [element("ul", {}, ...list.map((gap) => element("li", {}, gap)))] : []);
  return [
    ...part(say("documents"), found.documents.map((change) => documentChange(change, entries))),
    ...found.groups.flatMap(({ title, records }) => part(title, records.map((change) => recordChange(change, entries)))),
    ...part(say("gaps_closed"), gaps(found.gaps_closed)),
    ...part(say("gaps_opened"), gaps(found.gaps_opened)),
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

function tool(box, list, all) {
  const choice = (label, name) => {
    const select = element("select", { name });
    for (const { version, properties } of list) {
      const words = [
        properties?.date?.slice(0, 10),
        properties?.purpose,
        properties?.drafts && "with drafts",
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
    const entries = list.filter(({ version }) => [from.value, to.value].includes(version)).reverse(); // the older one first
    body.replaceChildren();
    if (entries.length < 2) {
      status.textContent = "Choose two different snapshots.";
      return;
    }
    const [older, newer] = entries.map(({ version }) => version);
    status.textContent = `Comparing ${older} with ${newer} …`;
    try {
      const found = await comparison(older, newer);
      if (mine !== turn) return; // somebody chose anew meanwhile
      body.replaceChildren(...result(found, entries));
      status.textContent = `${say("title", { old: older, new: newer })}: ${summaryOf(found)}`;
    } catch (error) {
      const command = newer === "next" ? `aims changes ${older}` : `aims changes ${older} ${newer}`; // the working state is what it takes by itself
      if (mine === turn) status.replaceChildren(state("bad", "Cannot be compared"), ` ${error.message} “${command}” compares them too.`);
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
    const gone = all.some((entry) => entry.version === unknown);
    status.textContent = gone ? `The content of ${unknown} was removed; choose from the list.` : `There is no snapshot ${unknown}; choose from the list.`;
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
  let all;
  try {
    all = await publishedVersions();
  } catch (error) {
    return says(
      "warn",
      "No list of snapshots",
      `${error.message} Comparing needs the web server that publishes the snapshots; with the repository, use “aims changes”.`,
    );
  }
  const list = all.filter(({ properties }) => !properties?.disposed);
  if (list.length < 2) return says("info", "Nothing to compare", `${list[0]?.version ?? "This"} is the only snapshot so far.`);
  return tool(box, list, all);
}

page();
