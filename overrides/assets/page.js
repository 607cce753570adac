/* What the pages "verify" and "compare" share: where this site lies, which snapshot it is, and making elements from plain text. */

export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const config = JSON.parse(document.getElementById("__config").textContent);

/** The folder of this site, with / at the end; a snapshot's is called by its version, or `latest`. */
export const base = new URL(config.base, location.href);

export const folderName = decodeURIComponent(base.pathname.split("/").at(-2) ?? "");

/** Whether this site was built as a snapshot, or lies beside some. A plain local site asks for no list of versions. */
export const isSnapshot = Boolean(config.version);

/** A state as everywhere on the site: icon, word and colour. `tone`: good, warn, bad, info or quiet. */
export const state = (tone, word) => element("span", { class: `state state-${tone}` }, word);

/** The JSON at an address. Raises `Error` with a sentence when it cannot be fetched or read. */
export async function json(address) {
  let response;
  try {
    response = await fetch(address, { cache: "no-cache" });
  } catch {
    throw new Error(`${address} could not be fetched: the server did not answer.`);
  }
  if (!response.ok) throw new Error(`${address} could not be fetched: the server answered ${response.status}.`);
  try {
    return await response.json();
  } catch {
    throw new Error(`${address} is not JSON.`);
  }
}

/** The published versions, newest first. Raises like `json`, and when the list has another shape. */
export async function publishedVersions() {
  const address = new URL("../versions.json", base);
  const list = await json(address);
  if (!Array.isArray(list) || !list.every((entry) => typeof entry?.version === "string" && Array.isArray(entry.aliases))) {
    throw new Error(`${address} is not a list of versions.`);
  }
  return list;
}

/** Which of the published versions this folder holds, if any. */
export const thisVersion = (list) => list.find((entry) => entry.version === folderName || entry.aliases.includes(folderName));
