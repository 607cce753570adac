/* Registers that filter and sort, the finder on the home page, the day of printing, the name of the search. Everything is readable without this file. */
(() => {
  "use strict";

  const text = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // Ids sort by their numbers, days as they are written, the rest as words; words of a vocabulary in the order that the register gives.
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const comparing = (order) => (a, b) => {
    const [first, second] = [order.indexOf(a), order.indexOf(b)];
    return first < 0 || second < 0 ? words(a, b) : first - second;
  };

  // What a filter offers: each link or state in a cell by itself, else the cell as a whole.
  const values = (cell) => {
    const parts = [...cell.querySelectorAll("a, .state")].map(text);
    return parts.length ? parts : [text(cell)];
  };

  // On a phone each row becomes a card; there the names of the columns stand in the cells.
  function labelled(table) {
    const names = [...table.tHead.rows[0].cells].map(text);
    for (const row of table.tBodies[0].rows) for (const [column, cell] of [...row.cells].entries()) cell.dataset.label = names[column];
  }

  function register(box) {
    const table = box.querySelector("table");
    if (!table || box.querySelector(".register-tools")) return;
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...body.rows];
    const names = heads.map(text);
    const compare = comparing((box.dataset.order || "").split("|"));
    labelled(table);
    const tools = element("div", { class: "register-tools", role: "group", "aria-label": "Filter the table" });
    const count = element("output", { "aria-live": "polite" });
    const search = element("input", { type: "search", autocomplete: "off" });
    const filters = [];
    tools.append(element("label", {}, "Find in the table", search));
    for (const name of (box.dataset.filter || "").split(",").filter(Boolean)) {
      const column = names.indexOf(name);
      if (column < 0) continue;
      const choices = [...new Set(rows.flatMap((row) => values(row.cells[column])))].filter(Boolean).sort(compare);
      const select = element("select", {}, element("option", { value: "" }, "all"));
      for (const choice of choices) select.append(element("option", { value: choice }, choice));
      filters.push([column, select]);
      tools.append(element("label", {}, name, select));
    }
    const clear = element("button", { type: "button", class: "md-button", hidden: "" }, "Show all");
    tools.append(clear, count);
    box.prepend(tools);

    const show = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const found =
          words.every((word) => text(row).toLowerCase().includes(word)) &&
          filters.every(([column, select]) => !select.value || values(row.cells[column]).includes(select.value));
        row.hidden = !found;
        shown += found;
      }
      clear.hidden = shown === rows.length;
      count.textContent = shown === rows.length ? `${rows.length} rows` : `${shown} of ${rows.length} rows`;
    };
    search.addEventListener("input", show);
    for (const [, select] of filters) select.addEventListener("change", show);
    clear.addEventListener("click", () => {
      search.value = "";
      for (const [, select] of filters) select.value = "";
      show();
      search.focus();
    });

    heads.forEach((head, column) => {
      if (!names[column]) return;
      const button = element("button", { type: "button", title: `Sort by ${names[column]}` }, ...head.childNodes);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sorted = [...rows].sort((a, b) => compare(text(a.cells[column]), text(b.cells[column])));
        body.append(...(down ? sorted.reverse() : sorted));
      });
    });
    show();
  }

  function finder(box) {
    if (box.previousElementSibling?.classList.contains("finder-search")) return;
    const search = element("input", { type: "search", autocomplete: "off", placeholder: "for instance: assistant, triage, translation" });
    const count = element("output", { "aria-live": "polite" });
    box.before(element("div", { class: "finder-search", role: "search", "aria-label": "Find an AI system" }, element("label", {}, "What is it called?", search), count));
    const cards = [...box.querySelectorAll(".card")];
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const card of cards) {
        if ("always" in card.dataset) continue;
        const found = words.every((word) => (card.dataset.names + " " + text(card)).toLowerCase().includes(word));
        card.hidden = !found;
        shown += found;
      }
      count.textContent = words.length ? (shown ? `${shown} found` : "Not in the list: do not use it, ask first.") : "";
    });
  }

  // A table that scrolls inside itself can be reached and scrolled by keyboard.
  const reachable = () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };

  // The theme's search is a dialog without a name for screen readers. It is hidden where there is no JavaScript, so a script may name it.
  const named = () => document.querySelector("[data-md-component=search]")?.setAttribute("aria-label", "Search");

  const start = () => {
    named();
    new ResizeObserver(reachable).observe(document.body);
    document.querySelectorAll(".register").forEach(register);
    document.querySelectorAll(".cards table").forEach(labelled);
    document.querySelectorAll(".finder").forEach(finder);
    // On paper every page carries what the document-control block says in one line, with the day of printing.
    const printed = () => {
      document.querySelectorAll("[data-printed]").forEach((place) => (place.textContent = new Date().toISOString().slice(0, 10)));
      const line = document.querySelector(".document-control p.print-only");
      if (line) document.documentElement.style.setProperty("--aims-printed", JSON.stringify(text(line)));
    };
    window.addEventListener("beforeprint", printed);
    printed();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
