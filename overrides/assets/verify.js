/* The page "verify": fetches every file of this snapshot, hashes it, and compares it with manifest.json. */
import { base, element, folderName, isSnapshot, publishedVersions, state, thisVersion } from "./page.js";
import { ownSha256, read } from "./digest.js";

const AT_ONCE = 4;
const LARGEST_MANIFEST = 32 * 1024 * 1024;

// -- what is checked; nothing here touches the page -----------------------------------------------------------------------------------

/** manifest.json: `{manifest, digest}`. Raises `Error` with a sentence that says what is wrong. */
async function readManifest() {
  let response;
  try {
    response = await fetch(new URL("manifest.json", base), { cache: "no-store" });
  } catch {
    throw new Error("manifest.json could not be fetched: the server did not answer.");
  }
  if (!response.ok) {
    const why = "Without it nothing can be verified: it was removed, or this site was not published with “aims snapshot”.";
    throw new Error(`manifest.json could not be fetched: the server answered ${response.status}. ${why}`);
  }
  const { sha256, bytes } = await read(response, LARGEST_MANIFEST);
  let manifest;
  try {
    manifest = JSON.parse(await bytes.text());
  } catch {
    throw new Error("manifest.json is not JSON: it was changed or cut short.");
  }
  const files = manifest?.files;
  if (manifest?.format !== 1 || typeof manifest.version !== "string" || !files || typeof files !== "object" || !Object.keys(files).length) {
    throw new Error(
      "manifest.json does not have the shape of a manifest (format 1, a version, files): it was changed, or a newer “aims verify” is needed.",
    );
  }
  return { manifest, digest: sha256 };
}

const inside = (path) => path.split("/").every((part) => part && part !== "." && part !== "..");

/** What is wrong with a file, in words, or "". Raises AbortError when stopped. */
async function fault(path, expected, signal) {
  if (!inside(path)) return "is no path inside this snapshot";
  if (!/^[0-9a-f]{64}$/.test(expected?.sha256) || !Number.isSafeInteger(expected.size) || expected.size < 0)
    return "has no SHA-256 and size in the manifest";
  try {
    const response = await fetch(new URL(path.split("/").map(encodeURIComponent).join("/"), base), { cache: "no-store", signal });
    if (response.status === 404 || response.status === 410) return "is missing";
    if (!response.ok) return `could not be fetched: the server answered ${response.status}`;
    const found = await read(response, expected.size);
    if (found.size > expected.size) return `is changed: larger than the ${expected.size} bytes in the manifest`;
    if (found.size < expected.size) return `is changed: ${found.size} bytes instead of ${expected.size}`;
    return found.sha256 === expected.sha256 ? "" : `is changed: its SHA-256 is ${found.sha256}, in the manifest it is ${expected.sha256}`;
  } catch (error) {
    if (signal.aborted) throw error;
    return "could not be fetched: the connection broke";
  }
}

/** Checks every file, a few at a time: the faults as [path, words], sorted. `done` hears of each file. Raises AbortError when stopped. */
async function faults(manifest, signal, done) {
  const queue = Object.entries(manifest.files).values();
  const found = [];
  const worker = async () => {
    for (const [path, expected] of queue) {
      const words = await fault(path, expected, signal);
      if (words) found.push([path, words]);
      done();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found.sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What versions.json beside this folder says that the manifest does not, as [path, words]. Nothing where there is no such list. */
async function listed(manifest, digest) {
  let entry;
  try {
    entry = thisVersion(await publishedVersions());
  } catch {
    return [];
  }
  if (!entry) return [];
  if (entry.version !== manifest.version)
    return [["manifest.json", `is of ${manifest.version}, but versions.json says that ${folderName}/ is ${entry.version}`]];
  const other = entry.properties?.manifest;
  return other && other !== digest
    ? [["manifest.json", `is changed, or versions.json is: there the manifest of ${entry.version} has the digest ${other}`]]
    : [];
}

/** The digest in what somebody pasted, or at least its first 16 characters, also with groups, colons or a file name; "" when nothing was
 * pasted, null when there is no digest in it. */
function digestIn(text) {
  const plain = text.trim().toLowerCase();
  if (!plain) return "";
  const joined = plain.replace(/^[a-z]+-?(256)?:/, "").replace(/[\s:-]/g, "");
  return plain.match(/\b[0-9a-f]{64}\b/)?.[0] ?? joined.match(/^[0-9a-f]{16,64}$/)?.[0] ?? null;
}

const OTHER = "manifest.json is not the one whose digest you gave: this is another snapshot, or it was changed.";

/** The result as `{tone, word, sentence}`. `given`: the pasted digest, "" without one. */
function verdict(count, wrong, digest, given) {
  const other = !digest.startsWith(given);
  if (wrong.length || other) {
    const things = wrong.length === 1 ? "1 thing is not as it should be; it is" : `${wrong.length} things are not as they should be; each is`;
    const files = wrong.length ? `${things} listed below.` : `All ${count} files are as this manifest.json says, which shows nothing then.`;
    return { tone: "bad", word: "Not verified", sentence: other ? `${OTHER} ${files}` : files };
  }
  if (given) {
    const sentence = `This is the snapshot whose digest you gave: manifest.json has it, and all ${count} files are as manifest.json says.`;
    return { tone: "good", word: "Verified", sentence };
  }
  const open = "Whether manifest.json is the one that was published, only a digest kept elsewhere can show: paste it above.";
  return { tone: "info", word: "Consistent with itself", sentence: `All ${count} files are as manifest.json says. ${open}` };
}

// -- the page -------------------------------------------------------------------------------------------------------------------------

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function facts({ manifest, digest }) {
  const list = element("dl", { class: "facts" });
  const fact = (name, ...value) => list.append(element("dt", {}, name), element("dd", {}, ...value));
  const files = Object.values(manifest.files);
  const drafts = Array.isArray(manifest.drafts) ? manifest.drafts : [];
  const titles = new Map((Array.isArray(manifest.documents) ? manifest.documents : []).map((document) => [document?.id, document?.title]));
  fact("Snapshot", String(manifest.version));
  fact("Made for", String(manifest.purpose ?? "–"));
  fact("Edition", String(manifest.audience ?? "–"));
  fact("State of", String(manifest.date ?? "–").replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1, $2 UTC"));
  fact("From commit", element("code", {}, String(manifest.commit ?? "–")));
  fact("Published by", String(manifest.by ?? "–"));
  fact("Drafts in it", drafts.length ? drafts.map((id) => [id, titles.get(id)].filter(Boolean).join(" ")).join("; ") : "none");
  fact("Files", `${files.length}, ${megabytes(files.reduce((sum, file) => sum + (Number(file?.size) || 0), 0))}`);
  fact("Digest of manifest.json", element("code", { class: "digest" }, digest));
  if (manifest.previous)
    fact(
      "Snapshot before it",
      `${manifest.previous.version}, whose manifest.json has the digest `,
      element("code", { class: "digest" }, String(manifest.previous.manifest)),
    );
  return list;
}

function tool(box, { manifest, digest }) {
  const input = element("input", { id: "verify-digest", type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": "verify-help" });
  const help = element(
    "p",
    { id: "verify-help" },
    "64 characters, 0–9 and a–f, or at least the first 16: from the audit report, the printed Statement of Applicability, or the tag.",
  );
  const start = element("button", { type: "button", class: "md-button md-button--primary" }, "Verify");
  const stop = element("button", { type: "button", class: "md-button", hidden: "" }, "Stop");
  const count = Object.keys(manifest.files).length;
  const progress = element("progress", { "aria-label": "Files checked", max: String(count), value: "0", hidden: "" });
  const counter = element("span", { class: "counter" });
  const result = element("div", { class: "result", role: "status" });
  const list = element("ul", { class: "faults" });
  let wrong = null; // the faults of the last complete check
  let control = null;

  const show = (tone, word, sentence) => result.replaceChildren(element("p", {}, state(tone, word), " ", sentence));
  const conclude = () => {
    const given = digestIn(input.value);
    input.setAttribute("aria-invalid", String(given === null));
    if (given === null)
      return show("warn", "No result", "What you pasted is no digest: 64 characters, 0–9 and a–f, or at least the first 16 of them.");
    if (wrong) {
      const { tone, word, sentence } = verdict(count, wrong, digest, given);
      return show(tone, word, sentence);
    }
    if (!digest.startsWith(given)) return show("bad", "Not verified", OTHER);
    return result.replaceChildren();
  };
  input.addEventListener("input", () => control || conclude());

  start.addEventListener("click", async () => {
    control = new AbortController();
    wrong = null;
    let checked = 0;
    progress.value = 0;
    list.replaceChildren();
    result.replaceChildren();
    start.hidden = true;
    stop.hidden = progress.hidden = false;
    stop.focus();
    try {
      const found = await faults(manifest, control.signal, () => {
        progress.value = checked += 1;
        counter.textContent = `${checked} of ${count} files`;
      });
      wrong = [...(await listed(manifest, digest)), ...found];
      list.append(...wrong.map(([path, words]) => element("li", {}, element("code", {}, path), ` ${words}`)));
      counter.textContent = `${count} files, hashed by ${ownSha256() ? "the browser’s own SHA-256" : "the SHA-256 script that comes with this site"}`;
      conclude();
    } catch (error) {
      if (!control.signal.aborted) show("bad", "No result", `The check broke off: ${error.message}`);
      else show("quiet", "Stopped", `after ${checked} of ${count} files: no result. It can be started again.`);
    }
    control = null;
    progress.hidden = stop.hidden = true;
    start.hidden = false;
    start.textContent = "Verify again";
    start.focus();
  });
  stop.addEventListener("click", () => control.abort());

  box.replaceChildren(
    facts({ manifest, digest }),
    element(
      "div",
      { class: "tool" },
      element("label", { for: "verify-digest" }, "Digest kept elsewhere"),
      input,
      help,
      element("p", { class: "buttons" }, start, stop, progress, counter),
      result,
      list,
    ),
  );
}

async function page() {
  const box = document.querySelector(".verify");
  const says = (tone, word, sentence) => box.replaceChildren(element("p", { role: "status" }, state(tone, word), " ", sentence));
  if (!isSnapshot || folderName === "next") {
    says(
      "info",
      "Not a snapshot",
      "This is the live site: it changes from day to day and has no manifest. Choose a published snapshot and open its own page “Verify”.",
    );
    return;
  }
  try {
    tool(box, await readManifest());
  } catch (error) {
    says("bad", "Cannot be verified", error.message);
  }
}

page();
