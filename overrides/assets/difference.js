/* What differs between two states of the management system, as two files aims.json hold them. Plain values in and out; nothing here touches the page. */
import "./diff.min.js";

const { diffArrays, diffWordsWithSpace } = globalThis.Diff;

/** A changed paragraph is shown word by word when at least so much of it stayed; else as one taken out and one put in. */
const ALIKE = 0.4;
/** How far ahead in a changed passage the earlier form of a paragraph is looked for. */
const AHEAD = 25;
const PATIENCE = { timeout: 1000 };
/** So few words that stayed within a longer passage that was rewritten are shown with it: a sentence reads better than its crumbs. */
const CRUMB = 2;
const REWRITTEN = 6;

// -- words ----------------------------------------------------------------------------------------------------------------------------

const wordsOf = (text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
const wordCount = (text) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

/** How much two texts have in common, 0 to 1. */
function likeness(one, other) {
  const [first, second] = [wordsOf(one), wordsOf(other)];
  const shared = [...first].filter((word) => second.has(word)).length;
  return first.size + second.size ? (2 * shared) / (first.size + second.size) : 0;
}

const whole = (change, text, at) => ({ change, at, words: [[change, text]] });

/** What a word diff found as `[same|added|removed, text]`, without crumbs. */
function gathered(parts) {
  const found = [];
  let [gone, come] = ["", ""];
  const put = () => {
    found.push(...[["removed", gone], ["added", come]].filter(([, text]) => text));
    [gone, come] = ["", ""];
  };
  for (const [number, { added, removed, value }] of parts.entries()) {
    const few = !wordCount(value) || (wordCount(value) <= CRUMB && wordCount(gone) + wordCount(come) >= REWRITTEN);
    if (removed) gone += value;
    else if (added) come += value;
    else if (gone && come && few && number < parts.length - 1) [gone, come] = [gone + value, come + value];
    else {
      put();
      found.push(["same", value]);
    }
  }
  put();
  return found;
}

function reworded(was, is, at) {
  const parts = diffWordsWithSpace(was, is, PATIENCE);
  if (!parts) return [whole("removed", was), whole("added", is, at)];
  return [{ change: "changed", at, words: gathered(parts) }];
}

/** Paragraphs that went and paragraphs that came in their place, those that are alike set against each other, in order. */
function* replaced(gone, come, start) {
  let next = 0;
  for (const [number, is] of come.entries()) {
    const likely = gone.slice(next, next + AHEAD).map((was) => likeness(was, is));
    const best = likely.indexOf(Math.max(...likely));
    if (likely[best] >= ALIKE) {
      for (const was of gone.slice(next, next + best)) yield whole("removed", was);
      yield* reworded(gone[next + best], is, start + number);
      next += best + 1;
    } else yield whole("added", is, start + number);
  }
  for (const was of gone.slice(next)) yield whole("removed", was);
}

/**
 * The redline from some paragraphs to others: `{change, at, words}` with `change` same, added, removed or changed, `at` its place among the
 * new ones, `words` as [same|added|removed, text].
 */
export function redline(before, after) {
  const found = [];
  const parts = diffArrays(before, after, PATIENCE) ?? [
    { removed: true, value: before },
    { added: true, value: after },
  ];
  let at = 0;
  for (let number = 0; number < parts.length; number++) {
    const { added, removed, value } = parts[number];
    if (removed && parts[number + 1]?.added) {
      const come = parts[++number].value;
      found.push(...replaced(value, come, at));
      at += come.length;
    } else if (removed) found.push(...value.map((text) => whole("removed", text)));
    else for (const text of value) found.push(whole(added ? "added" : "same", text, at++));
  }
  return found;
}

// -- records --------------------------------------------------------------------------------------------------------------------------

const byId = (list) => new Map(list.map((item) => [item.id, item]));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const human = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");
const isFields = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** How a reader names a record: roles and the like by their title only, as their ids say nothing. */
export function nameOf({ id, title }) {
  return id.includes(":") || id === id.toLowerCase() || /^(U|SITE)-/.test(id) ? title : `${id} ${title}`;
}

/** A value in words. `refs`: which fields hold ids; `path`: the field's name, with those around it; `names`: from id to record. */
function phrase(value, path, refs, names) {
  if (Array.isArray(value)) return value.map((item) => phrase(item, path, refs, names)).join(", ");
  if (isFields(value))
    return Object.entries(value)
      .map(([name, inner]) => `${human(name)}: ${phrase(inner, `${path}.${name}`, refs, names)}`)
      .join("; ");
  const record = refs.has(path) && names.get(value);
  return record ? nameOf(record) : String(value ?? "–");
}

function paragraphs(value, path, refs, names) {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((item) => phrase(item, path, refs, names));
  if (isFields(value)) return Object.entries(value).map(([name, inner]) => `${human(name)}: ${phrase(inner, `${path}.${name}`, refs, names)}`);
  return [phrase(value, path, refs, names)];
}

function changedFields(was, is, refs, names) {
  const found = [];
  for (const name of new Set([...Object.keys(was.fields), ...Object.keys(is.fields)])) {
    const [before, after] = [was, is].map(({ fields }) => (Object.hasOwn(fields, name) ? fields[name] : undefined));
    if (!same(before, after))
      found.push({ name: human(name), redline: redline(paragraphs(before, name, refs, names), paragraphs(after, name, refs, names)) });
  }
  return found;
}

/** The versions of a document that its record lists. */
const versionsOf = (record) => (record?.kind === "document" && Array.isArray(record.fields.versions) ? record.fields.versions : []);

const newVersions = (was, is) => versionsOf(is).filter(({ number }) => !versionsOf(was).some((known) => known.number === number));

/** A document's record without the versions that came after `was`: those are told with the document. Any other record as it is. */
function withoutNewVersions(record, was) {
  const come = newVersions(was, record);
  return come.length
    ? { ...record, fields: { ...record.fields, versions: versionsOf(record).filter((version) => !come.includes(version)) } }
    : record;
}

function records(from, to) {
  const [old, now] = [byId(from.records), byId(to.records)];
  const names = new Map([...old, ...now]);
  const kindOf = (id) => to.kinds?.[id] ?? from.kinds?.[id];
  const found = [];
  for (const record of [...now.values(), ...[...old.values()].filter(({ id }) => !now.has(id))]) {
    const [was, is] = [old.get(record.id), now.get(record.id)];
    const kind = kindOf(record.kind);
    const base = { record, kind: kind?.title ?? record.kind, group: record.group ?? "Other" };
    if (!was) found.push({ ...base, change: "added", fields: [] });
    else if (!is) found.push({ ...base, change: "removed", fields: [] });
    else if (was.digest !== is.digest || was.title !== is.title) {
      const fields = changedFields(withoutNewVersions(was, was), withoutNewVersions(is, was), new Set(kind?.refs), names);
      if (fields.length) found.push({ ...base, change: "changed", fields });
    }
  }
  const order = [...new Set([...(to.groups ?? []), ...found.map(({ group }) => group)])];
  return order.map((group) => [group, found.filter((change) => change.group === group)]).filter(([, changes]) => changes.length);
}

// -- documents and texts --------------------------------------------------------------------------------------------------------------

/** Documents that came or went, or have another version or state, with the versions that are new in each. */
function documents(from, to) {
  const [old, now] = [byId(from.documents), byId(to.documents)];
  const [before, after] = [byId(from.records), byId(to.records)];
  const found = [];
  for (const { id } of [...now.values(), ...[...old.values()].filter((document) => !now.has(document.id))]) {
    const [was, is] = [old.get(id), now.get(id)];
    const versions = is ? newVersions(before.get(id), after.get(id)) : [];
    if (was && is && was.version === is.version && was.validity === is.validity && !versions.length) continue;
    found.push({ change: !was ? "added" : !is ? "removed" : "changed", was, is, versions });
  }
  return found;
}

/** The text that `text` was before: of the same path; else, where that is gone, one with the same words, or the same title in the same document. */
function earlier(text, old, gone) {
  return (
    old.get(text.path) ??
    gone.find(({ digest }) => digest === text.digest) ??
    gone.find(({ title, document }) => title === text.title && document === text.document)
  );
}

function texts(from, to) {
  const old = new Map(from.texts.map((text) => [text.path, text]));
  const paths = new Set(to.texts.map(({ path }) => path));
  const gone = from.texts.filter(({ path }) => !paths.has(path));
  const found = [];
  for (const is of to.texts) {
    const was = earlier(is, old, gone);
    if (gone.includes(was)) gone.splice(gone.indexOf(was), 1);
    if (!was) found.push({ change: "added", text: is });
    else if (was.digest !== is.digest || was.path !== is.path) {
      found.push({
        change: was.digest === is.digest ? "moved" : "changed",
        text: is,
        was,
        redline: was.digest === is.digest ? [] : redline(was.paragraphs, is.paragraphs),
      });
    }
  }
  return [...found, ...gone.map((text) => ({ change: "removed", text }))];
}

function gaps(from, to) {
  const key = ({ rule, message, about }) => JSON.stringify([rule, message, about]);
  const [old, now] = [new Set(from.gaps.map(key)), new Set(to.gaps.map(key))];
  return { opened: to.gaps.filter((gap) => !old.has(key(gap))), closed: from.gaps.filter((gap) => !now.has(key(gap))) };
}

/** Everything that differs: `{documents, parts, texts, gaps}`; `parts` as [group, changes of records]. */
export const difference = (from, to) => ({ documents: documents(from, to), parts: records(from, to), texts: texts(from, to), gaps: gaps(from, to) });
