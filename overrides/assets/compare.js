/* The page "compare": any two snapshots, by their aims.json, in the reader's browser. All data is written as text, never as markup. */
import { base, element, isSnapshot, json, publishedVersions, state, thisVersion } from "./page.js";
import { difference, nameOf } from "./difference.js";

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

// -- one difference -------------------------------------------------------------------------------------------------------------------

const badge = (change) => element("span", { class: `state change-${change}` }, change);

/** A link to a page of a snapshot, or plain text where there is no such page, or its address leads elsewhere. */
function linked(text, address, entry) {
  if (!address || entry.properties?.disposed) return text;
  const folder = folderOf(entry.version);
  const to = new URL(address, folder);
  return to.href.startsWith(folder.href) ? element("a", { href: to.href }, text) : text;
}

const TAGS = { added: "ins", removed: "del", same: "span" };
const paragraph = ({ words }) => element("p", {}, ...words.map(([change, text]) => element(TAGS[change], {}, text)));

/** What changed, with the heading it stands under and how much stayed. */
function redlined(blocks, [one, many], headings = []) {
  const box = element("div", { class: "redline" });
  let skipped = [];
  const skip = () => {
    const heading = skipped.findLast(({ at }) => headings.includes(at));
    if (skipped.length) box.append(element("p", { class: "stayed" }, `… ${skipped.length} ${skipped.length === 1 ? one : many} unchanged`));
    if (heading) box.append(element("p", { class: "under" }, heading.words[0][1]));
    skipped = [];
  };
  for (const block of blocks) {
    if (block.change === "same") skipped.push(block);
    else {
      skip();
      box.append(paragraph(block));
    }
  }
  skip();
  return box;
}

/** A part of the result: a heading and what belongs to it, nothing where that is empty. */
function part(title, count, items) {
  if (!items.length) return [];
  return [element("section", {}, element("h2", {}, title, " ", element("small", {}, count)), ...items)];
}

function tally(changes) {
  return ["added", "removed", "changed", "moved"]
    .map((name) => [changes.filter(({ change }) => change === name).length, name])
    .filter(([number]) => number)
    .map(([number, name]) => `${number} ${name}`)
    .join(", ");
}

function head(change, name, ...more) {
  return element("h3", {}, badge(change), " ", name, " ", element("small", {}, more.filter(Boolean).join(" · ")));
}

function recordChange({ record, kind, change, fields }, documents, [from, to]) {
  const document = documents.get(record.document);
  const name = linked(nameOf(record), record.address, change === "removed" ? from : to);
  const box = element("article", { class: "change" }, head(change, name, kind, document && `in ${nameOf(document)}`));
  if (!fields.length) return box;
  const list = element("dl", {});
  for (const field of fields) list.append(element("dt", {}, field.name), element("dd", {}, redlined(field.redline, ["entry", "entries"])));
  box.append(list);
  return box;
}

/** Who approved a version, when, and what shows it. */
function approval({ approvals = [] }, document, role) {
  if (!approvals.length) return document.needs_approval ? "Not approved yet." : "";
  const given = approvals.map(({ by, holder, on, evidence, signature }) => {
    const shown = [signature && "signed", evidence].filter(Boolean).join("; ") || "approval not evidenced";
    return `${role(by)}${holder ? ` (${holder})` : ""} on ${on} (${shown})`;
  });
  return `Approved by ${given.join(", ")}.`;
}

function documentChange({ change, was, is, versions }, roles, [from, to]) {
  const document = is ?? was;
  const role = (id) => roles.get(id)?.title ?? id;
  const list = element("dl", {});
  const fact = (name, ...value) => list.append(element("dt", {}, name), element("dd", {}, ...value));
  const turned = (before, after) =>
    was && is && before !== after ? [element("del", {}, before ?? "–"), " ", element("ins", {}, after ?? "–")] : [(is ? after : before) ?? "–"];
  fact("Version", ...turned(was?.version, is?.version));
  fact("State", ...turned(was?.validity, is?.validity));
  if (is) fact("Author", role(is.author));
  for (const version of versions) {
    const written = version.written_on ? `Written ${version.written_on}.` : "";
    fact(`Why ${version.number}`, [version.change, written, approval(version, is, role)].filter(Boolean).join(" "));
  }
  return element(
    "article",
    { class: "change" },
    head(change, linked(nameOf(document), `documents/${document.id}.html`, is ? to : from), document.kind),
    list,
  );
}

function textChange({ change, text, was, redline }, documents, [from, to]) {
  const document = documents.get(text.document);
  const moved = was && was.path !== text.path ? `moved from ${was.path} to ${text.path}` : text.path;
  const box = element(
    "article",
    { class: "change" },
    head(change, linked(text.title, text.address, change === "removed" ? from : to), document && `in ${nameOf(document)}`, moved),
  );
  if (redline?.length) box.append(redlined(redline, ["paragraph", "paragraphs"], text.headings));
  return box;
}

const gapItem =
  (change) =>
  ({ message, about }) =>
    element("li", {}, badge(change), ` ${message}`, about?.length ? ` (${about.join(", ")})` : "");

function result(old, now, entries) {
  const found = difference(old, now);
  const documents = new Map([...old.documents, ...now.documents].map((document) => [document.id, document]));
  const roles = new Map([...old.records, ...now.records].filter(({ kind }) => kind === "role").map((role) => [role.id, role]));
  const gaps = [...found.gaps.opened.map(gapItem("opened")), ...found.gaps.closed.map(gapItem("closed"))];
  const changes = found.parts.flatMap(([, list]) => list);
  const sections = [
    ...part(
      "Versions of documents",
      tally(found.documents),
      found.documents.map((change) => documentChange(change, roles, entries)),
    ),
    ...part(
      "Texts",
      tally(found.texts),
      found.texts.map((change) => textChange(change, documents, entries)),
    ),
    ...found.parts.flatMap(([group, list]) =>
      part(
        group,
        tally(list),
        list.map((change) => recordChange(change, documents, entries)),
      ),
    ),
    ...part("Gaps", `${found.gaps.opened.length} opened, ${found.gaps.closed.length} closed`, gaps.length ? [element("ul", {}, ...gaps)] : []),
  ];
  const summary = sections.length
    ? [
        `Records: ${tally(changes) || "no change"}`,
        `texts: ${tally(found.texts) || "no change"}`,
        `documents with another version or state: ${found.documents.length}`,
        `gaps: ${found.gaps.opened.length} opened, ${found.gaps.closed.length} closed`,
      ].join("; ") + "."
    : "Nothing differs: the same records, texts, documents and gaps.";
  return { summary, sections };
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
      const { summary, sections } = result(...states, entries);
      body.replaceChildren(...sections);
      status.textContent = `From ${from.value} to ${to.value}. ${summary}`;
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
