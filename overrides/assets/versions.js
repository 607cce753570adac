/* Versions of the site: says on a snapshot's pages that a newer one superseded it, or that it holds drafts. A snapshot's own files never
   change, so this asks versions.json beside its folder. A plain script, not a module, so that a copy in a folder stays quiet too. */
(() => {
  "use strict";

  const config = JSON.parse(document.getElementById("__config").textContent);
  if (!config.version || !location.protocol.startsWith("http")) return;
  const base = new URL(config.base, location.href);
  const folder = decodeURIComponent(base.pathname.split("/").at(-2) ?? "");

  const link = (address, text) => {
    const made = document.createElement("a");
    made.href = address;
    made.textContent = text;
    return made;
  };

  // Servers that know no HEAD are asked with GET.
  async function isThere(address) {
    for (const method of ["HEAD", "GET"]) {
      const { ok, status } = await fetch(address, { method, cache: "no-cache" });
      if (ok) return true;
      if (status !== 405 && status !== 501) return false;
    }
    return false;
  }

  const dated = ({ version, properties }) => `${version}${properties?.date ? ` of ${properties.date.slice(0, 10)}` : ""}`;

  /** This page in the folder of another version; null where it is not there. Raises what `fetch` raises. */
  async function samePage(folder) {
    const same = new URL(location.pathname.slice(base.pathname.length) + location.search + location.hash, folder);
    return (await isThere(same)) ? same : null;
  }

  async function superseded(own, latest) {
    const folder = new URL("../latest/", base);
    const says = `Snapshot ${dated(own)} is superseded by ${dated(latest)}. `;
    const home = link(new URL("index.html", folder), `Go to the start page of ${latest.version}`);
    try {
      const same = await samePage(folder);
      return same ? [says, link(same, `Read this page in ${latest.version}`)] : [says, `This page is gone in ${latest.version}. `, home];
    } catch {
      return [says, home];
    }
  }

  const relyNot = "holds drafts: texts that are not approved. Do not rely on them.";

  // Beside the snapshots lies the working state, which has no manifest that could name its drafts.
  const drafts = (own) =>
    own.properties.manifest
      ? [`Snapshot ${dated(own)} ${relyNot} `, link(new URL("verify.html", base), "Which they are")]
      : [`The working state ${relyNot} Each says so on its page.`];

  function show(paragraphs) {
    const box = document.createElement("section");
    box.className = "version-banner md-typeset";
    box.setAttribute("aria-label", "About this version");
    const inner = document.createElement("div");
    inner.className = "md-grid";
    inner.setAttribute("role", "status");
    box.append(inner);
    document.querySelector("main").prepend(box);
    for (const parts of paragraphs) {
      const paragraph = document.createElement("p");
      paragraph.append(...parts);
      inner.append(paragraph);
    }
  }

  async function banner(list) {
    const own = list.find(({ version, aliases }) => version === folder || aliases.includes(folder));
    if (!own) return;
    const latest = list.find(({ aliases }) => aliases.includes("latest"));
    const paragraphs = [];
    if (latest && list.indexOf(latest) < list.indexOf(own)) paragraphs.push(await superseded(own, latest));
    if (own.properties?.drafts) paragraphs.push(drafts(own));
    if (paragraphs.length) show(paragraphs);
    onPaper(own);
  }

  // A printed page, like the Statement of Applicability, thus keeps the digest outside the server.
  function onPaper(own) {
    if (!own.properties?.manifest) return;
    const line = document.createElement("p");
    line.className = "print-only version-print";
    line.textContent = `Snapshot ${dated(own)}. Digest of its manifest: ${own.properties.manifest}`;
    document.querySelector(".md-content__inner").append(line);
  }

  // Material's selector names the version in its button; in its list the entry is marked here.
  function mark(list) {
    const own = list.find(({ version, aliases }) => version === folder || aliases.includes(folder));
    const topic = document.querySelector(".md-header__topic");
    if (!own || !topic) return;
    const address = new URL(`../${own.version}/`, base).href;
    const found = () => {
      const entry = [...topic.querySelectorAll(".md-version__link")].find(({ href }) => href === address);
      entry?.setAttribute("aria-current", "true");
      return entry;
    };
    if (found()) return;
    const watch = new MutationObserver(() => found() && watch.disconnect());
    watch.observe(topic, { childList: true });
  }

  // Material looks for the same page in the sitemap of the chosen version, and finds none where addresses end with .html: its start page
  // is then index.html and not the folder, by which Material knows where the addresses in a sitemap begin.
  document.addEventListener(
    "click",
    (event) => {
      const chosen = event.target instanceof Element && event.target.closest(".md-version__link");
      if (!chosen || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      samePage(chosen.href)
        .catch(() => null)
        .then((same) => location.assign(same ?? new URL("index.html", chosen.href)));
    },
    true,
  );

  fetch(new URL("../versions.json", base), { cache: "no-cache" })
    .then((response) => (response.ok ? response.json() : []))
    .then((list) => {
      mark(list);
      return banner(list);
    })
    .catch(() => {}); // no list of versions: nothing to say
})();
