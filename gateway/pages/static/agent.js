/* Parvis: the agents' keyboard shortcuts. Single keys never play in a field, and can be turned off (WCAG 2.1.4). */
(() => {
  "use strict";
  const STORED = "parvis-raccourcis";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const off = () => { try { return localStorage.getItem(STORED) === "non"; } catch { return false; } };
  const turn = (on) => { try { localStorage.setItem(STORED, on ? "oui" : "non"); } catch { /* kept for this page only */ } };

  /* --- What lists them turns them off and on. */
  const switched = (legend) => {
    const box = legend.querySelector("[data-shortcuts-switch]");
    const state = legend.querySelector("[data-shortcuts-state]");
    const button = box.querySelector("button");
    const tell = () => {
      state.textContent = off() ? "Les raccourcis sont désactivés dans ce navigateur." : "Les raccourcis sont actifs dans ce navigateur.";
      button.textContent = off() ? "Activer les raccourcis" : "Désactiver les raccourcis";
    };
    state.setAttribute("role", "status");
    box.hidden = false;
    button.addEventListener("click", () => { turn(off()); tell(); });
    tell();
  };
  for (const legend of all("[data-legend]")) switched(legend);

  /* --- Their page as a dialog, where one is. */
  const LEGEND = "/agent/raccourcis";
  let legend = null;
  const explain = async () => {
    if (document.querySelector("main [data-legend]")) return;
    try {
      if (!legend) {
        const page = new DOMParser().parseFromString(await (await fetch(LEGEND)).text(), "text/html");
        const found = document.adoptNode(page.querySelector("[data-legend]"));
        const title = document.createElement("h2");
        const close = document.createElement("button");
        legend ||= Object.assign(document.createElement("dialog"), { className: "dialog stack-s" });
        Object.assign(title, { id: "t-legend", textContent: "Raccourcis clavier" });
        Object.assign(close, { type: "button", className: "btn btn--second btn--small", textContent: "Fermer", autofocus: true });
        close.addEventListener("click", () => legend.close());
        legend.setAttribute("aria-labelledby", title.id);
        legend.replaceChildren(title, close, found);
        document.body.append(legend);
        switched(legend);
      }
      if (!legend.open) legend.showModal();
    } catch { location.assign(LEGEND); }
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest(`a[href="${LEGEND}"]`) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    explain();
  });

  /* --- Filters apply as they are chosen: the list is taken from the page that their form leads to, and the focus stays. */
  const PAUSE = 350; // after the last choice, in milliseconds: the arrows of a list of choices are no requests
  const BESIDE = [".tabs--views", ".own-views", ".columns form", "form[action$='/prochaine']"]; // what else names the list
  const show = async (id, address) => {
    const leave = () => location.assign(address);
    document.getElementById(id).setAttribute("aria-busy", "true");
    try {
      const found = await window.parvisList.take(address, {}, [`#${id}`, ...BESIDE]);
      if (!found) return;
      if (!found.page) { leave(); return; } // the session has ended, or the page says what is wrong
      document.title = found.page.title;
      history.replaceState(null, "", found.answer.url);
      document.querySelector("[data-list-said]").textContent = document.querySelector(`#${id} [role=status]`).textContent;
    } catch { leave(); }
  };
  const filters = document.querySelector("[data-at-once]");
  if (filters) {
    let pause = 0;
    const apply = () => {
      clearTimeout(pause);
      const chosen = [...new FormData(filters)].filter(([, value]) => value);
      const query = new URLSearchParams(chosen).toString();
      show(filters.dataset.atOnce, filters.getAttribute("action") + (query && `?${query}`));
    };
    filters.addEventListener("change", () => { clearTimeout(pause); pause = setTimeout(apply, PAUSE); });
    filters.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  }

  /* --- A head that sorts keeps the focus, and the filters know of the order. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest(".work thead a");
    if (!link || !filters || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const head = link.closest("th").className;
    filters.elements.tri.value = new URL(link.href).searchParams.get("tri");
    await show(filters.dataset.atOnce, link.href);
    document.querySelector(`.work thead .${head} a`)?.focus();
  });

  /* --- Requests that are ticked: all of the page at once, and how many there are. The list may have been taken anew. */
  const ticks = () => all(".work__pick input");
  const count = () => {
    const said = document.querySelector("[data-chosen]");
    const n = ticks().filter((tick) => tick.checked).length;
    if (said) said.textContent = n ? `Avec ${n === 1 ? "la demande cochée" : `les ${n} demandes cochées`}\u00a0:` : "Avec les demandes cochées\u00a0:";
    const every = document.querySelector("[data-choose-all]");
    if (every) every.textContent = n && n === ticks().length ? "Tout décocher" : "Tout cocher";
  };
  const reveal = () => { for (const button of all("[data-choose-all]")) button.hidden = false; count(); };
  document.addEventListener("change", (event) => { if (event.target.closest(".work__pick")) count(); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-choose-all]")) return;
    const whole = ticks().every((tick) => tick.checked);
    for (const tick of ticks()) tick.checked = !whole;
    count();
  });
  document.addEventListener("parvis:list", reveal);
  addEventListener("pageshow", reveal); // a browser that comes back keeps what was ticked

  /* --- Who is at work in the list keeps it as it is (list-news.js). */
  document.addEventListener("parvis:renew", (event) => {
    const focused = document.getElementById("trouve")?.contains(document.activeElement);
    if (focused || ticks().some((tick) => tick.checked)) event.preventDefault();
  });

  /* --- Prepared replies by a word of their title or text; the first one that is left opens with Enter. */
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  for (const box of all("[data-filter]")) {
    const field = box.querySelector("input");
    const items = [...box.parentElement.querySelectorAll("[data-filtered-item]")];
    const left = () => items.filter((item) => !item.hidden);
    box.hidden = false;
    field.addEventListener("input", () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      for (const item of items) item.hidden = !words.every((word) => plain(item.textContent).includes(word));
      const n = left().length;
      box.querySelector("[data-filter-said]").textContent = field.value ? `${n || "Aucune"} réponse${n > 1 ? "s" : ""} type${n > 1 ? "s" : ""}` : "";
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      left()[0]?.querySelector("summary, a")?.click();
    });
  }

  /* --- From one request of the list to the next. */
  const walk = (step) => {
    const rows = all("[data-row]");
    if (!rows.length) return false;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[next].focus();
    return true;
  };
  const tick = () => {
    const box = document.activeElement.closest("tr")?.querySelector(".work__pick input");
    if (!box) return false;
    box.checked = !box.checked;
    count();
    return true;
  };
  const press = (key) => {
    if (key === "j") return walk(1);
    if (key === "k") return walk(-1);
    if (key === "x") return tick();
    if (key === "?") { explain(); return true; }
    const tab = /^[1-9]$/.test(key) ? all(".tabs a")[Number(key) - 1] : all(`[data-key="${CSS.escape(key)}"]`).at(-1);
    if (!tab) return false;
    if (tab.matches("input")) { tab.focus(); tab.select(); } else tab.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented || off()) return;
    if (event.target.closest("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (press(event.key)) event.preventDefault();
  });
})();
