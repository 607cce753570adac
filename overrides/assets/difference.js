/*
 * What differs between two states of the management system, as two files aims.json hold them: the same as macros/control/changes/comparison.py, value for
 * value; a test holds the two together. Plain values in and out; nothing here touches the page.
 */
import { compared, Names } from "./fields.js";
import { contentChanged, fileMoves, filesChanged, textsChanged } from "./moves.js";

const byId = (list) => new Map(list.map((item) => [item.id, item]));
const NUMBERS = /\d+|\D+/g;

/** Orders A.2.2 before A.10.2. */
function natural(one, other) {
  const [these, those] = [one, other].map((id) => id.match(NUMBERS) ?? []);
  for (const [at, part] of these.entries()) {
    const rest = those[at];
    if (rest === undefined) return 1;
    if (part === rest) continue;
    const [number, second] = [Number(part), Number(rest)];
    if (Number.isNaN(number) !== Number.isNaN(second)) return Number.isNaN(number) ? 1 : -1;
    if (number !== second) return Number.isNaN(number) ? (part < rest ? -1 : 1) : number - second;
  }
  return these.length - those.length;
}

/** Everything that changed from the state called `oldName` to the one called `newName`. */
export function difference(older, now, oldName = older.version, newName = now.version) {
  const ids = newIds(older, now);
  const old = withNewIds(older, now, ids);
  const names = new Names(old, now);
  const gaps = ([one, other]) => {
    const said = ({ gaps }) => new Map(gaps.map((gap) => [JSON.stringify([gap.rule, gap.message]), gap]));
    const same = (gap) => JSON.stringify([gap.rule, gap.about?.length ? gap.about : gap.message]);
    const [here, there] = [said(one), said(other)];
    const left = [...there].filter(([key]) => !here.has(key)).map(([, gap]) => same(gap));
    return [...here].flatMap(([key, gap]) => {
      const at = there.has(key) ? -1 : left.indexOf(same(gap)); // one of the same rule on the same records is the same
      if (at >= 0) left.splice(at, 1);
      return there.has(key) || at >= 0 ? [] : [gap.message];
    });
  };
  return {
    old: oldName,
    new: newName,
    documents: documents(old, now, names),
    groups: groups(old, now, names, ids),
    gaps_closed: gaps([old, now]),
    gaps_opened: gaps([now, old]),
  };
}

// -- what was renamed: as macros/control/changes/former_ids.py does it ------------------------------------------------------------------

const formerly = (record) => record.fields.formerly ?? [];

function newIds(old, now) {
  const there = new Set(now.records.map(({ id }) => id));
  const pairs = ({ records }) => records.flatMap((record) => formerly(record).map((former) => [former, record.id]));
  const back = pairs(old).filter(([former, id]) => there.has(former) && !there.has(id));
  return new Map([...back.map(([former, id]) => [id, former]), ...pairs(now).filter(([former]) => !there.has(former))]);
}

function withNewIds(old, now, ids) {
  if (!ids.size) return old;
  const after = byId(now.records);
  const kinds = { ...old.kinds, ...now.kinds };
  const id = (value) => ids.get(value) ?? value;
  const renamed = (value, refs, at) => {
    if (Array.isArray(value)) return value.map((item) => renamed(item, refs, at));
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renamed(item, refs, at ? `${at}.${name}` : name)]));
    return refs.has(at) ? id(value) : value;
  };
  const records = old.records.map((record) => {
    const is = after.get(id(record.id));
    const fields = renamed(record.fields, new Set(kinds[record.kind]?.refs ?? []), "");
    if (is && ids.has(record.id)) {
      delete fields.formerly;
      if (is.fields.formerly) fields.formerly = is.fields.formerly;
    }
    const same = is && is.kind === record.kind && sorted(is.fields) === sorted(fields);
    return { ...record, fields, digest: same ? is.digest : record.digest };
  });
  const documents = old.documents.map((one) => ({ ...one, owner: id(one.owner), author: id(one.author), approvers: one.approvers?.map(id) }));
  return { ...old, records, documents };
}

/** Values as text, whatever the order of their names. */
function sorted(value) {
  if (Array.isArray(value)) return `[${value.map(sorted)}]`;
  if (!value || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${name}:${sorted(value[name])}`)}}`;
}

// -- records ----------------------------------------------------------------------------------------------------------------------------

function groups(old, now, names, ids) {
  const found = records(old, now, names, ids);
  const order = [...new Set([...(now.groups ?? []), ...(old.groups ?? []), ...found.map(({ group }) => group)])];
  return order.map((title) => ({ title, records: found.filter(({ group }) => group === title) })).filter(({ records }) => records.length);
}

function records(old, now, names, ids) {
  const [before, after] = [old, now].map(({ records }) => byId(records.filter(({ kind }) => kind !== "document")));
  const known = [...ids].filter(([was, id]) => before.has(was) && !before.has(id) && after.has(id)).map(([was, id]) => [id, was]);
  const renamed = renumbered(before, after, new Map(known));
  const found = [];
  const tell = (mark, record, fields = [], moved = "") => {
    const { id, group, address, kind, document } = record;
    found.push({ mark, id, title: names.label(record), kind: names.kind(kind), group, address, document: names.document(document), fields, moved });
  };
  for (const [id, record] of after) {
    const earlier = before.get(renamed.get(id) ?? id);
    const fields = () => compared(earlier?.fields ?? {}, record.fields, names, names.refs(record.kind));
    if (!earlier) {
      tell("added", record, fields());
      continue;
    }
    const moved = [
      ...(earlier.id === id ? [] : [ids.get(earlier.id) === id ? `renamed from ${earlier.id} to ${id}` : `was ${earlier.id}`]),
      ...(earlier.file === record.file ? [] : [`moved from ${earlier.file} to ${record.file}`]),
    ].join(", ");
    if (earlier.digest !== record.digest) tell("changed", record, fields(), moved);
    else if (moved) tell("moved", record, [], moved);
  }
  const gone = new Set(renamed.values());
  for (const [id, record] of before) if (!after.has(id) && !gone.has(id)) tell("removed", record);
  return found;
}

/** For each new id the old one that is known, or under which the very same content stood, where that is gone. */
function renumbered(before, after, known) {
  const taken = new Set(known.values());
  const gone = [...before.values()].filter(({ id }) => !after.has(id) && !taken.has(id));
  const found = new Map(known);
  for (const [id, { kind, digest }] of after) {
    const at = before.has(id) || known.has(id) ? -1 : gone.findIndex((record) => record.kind === kind && record.digest === digest);
    if (at >= 0) found.set(id, gone.splice(at, 1)[0].id);
  }
  return found;
}

// -- documents --------------------------------------------------------------------------------------------------------------------------

const listOf = (record, name) => record?.fields[name] ?? [];

function documents(old, now, names) {
  const [before, after] = [byId(old.documents), byId(now.documents)];
  const [earlierOnes, records] = [old, now].map(({ records }) => byId(records.filter(({ kind }) => kind === "document")));
  const moves = fileMoves(old, now);
  const changed = textsChanged(old, now, moves);
  const held = [old, now].map(({ records }) => new Map(records.map((record) => [JSON.stringify([record.file, record.id, record.digest]), record.file])));
  const touched = [...held[0], ...held[1]].filter(([key]) => held[0].has(key) !== held[1].has(key)).map(([, file]) => file);
  const ids = new Set([...before.keys(), ...after.keys(), ...changed.map(([owner]) => owner ?? "")]);
  return [...ids].sort(natural).flatMap((id) => {
    const [then, is, earlier, record] = [before.get(id), after.get(id), earlierOnes.get(id), records.get(id)];
    const both = then && is;
    const texts = changed.filter(([owner]) => (owner ?? "") === id).map(([, change]) => change);
    const known = new Set(listOf(earlier, "versions").map(({ number }) => number));
    const versions = record && is ? newVersions(listOf(record, "versions"), known, is, names) : [];
    const told = earlier && record && is;
    const fields = told ? facts(earlier, record, known, moves, names) : [];
    const closed = told ? closings(earlier, record, names) : [];
    const validity = both && then.validity !== is.validity ? [then.validity, is.validity] : null;
    const files = both ? filesChanged(then, is, texts, moves, touched) : [];
    const mark = both ? "changed" : is ? "added" : then ? "removed" : "changed";
    if (mark === "changed" && !validity && ![versions, fields, closed, files, texts].some((list) => list.length)) return [];
    const shown = record ?? earlier;
    return {
      mark,
      id,
      title: shown ? names.label(shown) : "Pages that belong to no document",
      address: shown?.address ?? null,
      versions,
      validity,
      fields,
      closed,
      texts,
      files,
      unapproved: Boolean(both && is.needs_approval && !versions.length && contentChanged(then, is, moves)),
    };
  });
}

/** The changes in a document's own record. New versions and closed records are told elsewhere, and a renamed source is no change of facts. */
function facts(earlier, record, known, moves, names) {
  const come = new Set(newlyClosed(earlier, record));
  const plain = (one, renamed) => ({
    ...one.fields,
    versions: listOf(one, "versions").filter(({ number }) => known.has(number)),
    closed: listOf(one, "closed").filter((closing) => !come.has(closing)),
    sources: listOf(one, "sources")
      .map((source) => renamed.get(source) ?? source)
      .sort(),
  });
  return compared(plain(earlier, moves), plain(record, new Map()), names, names.refs("document"));
}

function newlyClosed(earlier, record) {
  const known = new Set(listOf(earlier, "closed").map((closing) => closing.record));
  return listOf(record, "closed").filter((closing) => closing.record && !known.has(closing.record));
}

function closings(earlier, record, names) {
  const found = new Map();
  for (const { on = "", by = "", holder = "", record: id, seal = "" } of newlyClosed(earlier, record)) {
    const who = `${names.name(by)} (${holder})`;
    const act = found.get(`${on} ${who}`) ?? { on, by: who, records: [], seals: [] };
    act.records.push(names.name(id));
    act.seals.push(seal);
    found.set(`${on} ${who}`, act);
  }
  return [...found.values()];
}

const newVersions = (versions, known, document, names) =>
  versions.flatMap((version, at) => {
    const approvers = versions.slice(at).find((later) => later.approvers)?.approvers ?? document.approvers ?? [];
    return known.has(version.number) ? [] : versionNews(version, approvers, document, names);
  });

function versionNews(version, approvers, document, names) {
  const given = version.approvals ?? [];
  const needed = document.needs_approval;
  const by = new Set(given.map((approval) => approval.by));
  const approved = approvers.length > 0 && approvers.every((role) => by.has(role));
  const every = (name) => given.every((approval) => approval[name]);
  let evidence = "approval not evidenced";
  if (!given.length) evidence = needed ? "not approved yet" : "needs no approval";
  else if (every("signature")) evidence = "signed";
  else if (every("evidence")) evidence = [...new Set(given.map((approval) => approval.evidence))].join("; ");
  return {
    number: version.number,
    author: names.name(document.author) + (version.author_holder ? ` (${version.author_holder})` : ""),
    written_on: version.written_on ?? "",
    approvals: given.map((approval) => `${names.name(approval.by)} (${approval.holder}) on ${approval.on}`),
    approved: approved || !needed,
    evidence,
    effective_from: version.effective_from ?? null,
    reason: version.change ?? "",
  };
}
