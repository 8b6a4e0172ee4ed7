/* Parvis: addresses of the town's own file, proposed under the first line of an address as it is typed. Without this file, or
   without an answer, it is a plain field. What is typed is sent in a body, never in an address, and kept on this page alone. */
(() => {
  "use strict";
  const PAUSE = 200; // after the last key, in milliseconds
  const PATIENCE = 3e3; // with one answer
  const QUIET = 3e4; // after a refusal
  const MOST_KEPT = 100;
  const kept = new Map(); // what was answered, on this page alone
  let quietUntil = 0;

  const ask = async (q, town, signal) => {
    const key = `${town} ${q}`;
    if (kept.has(key)) return kept.get(key);
    if (Date.now() < quietUntil) return [];
    const answer = await fetch("/api/v1/address-proposals", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ q, in_town: town }),
      signal: AbortSignal.any ? AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) : signal,
    });
    if (!answer.ok) { quietUntil = Date.now() + QUIET; return []; }
    const { items } = await answer.json();
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value);
    kept.set(key, items);
    return items;
  };

  const propose = (group) => {
    const input = group.querySelector("input[name$='.line1']");
    if (!input || input.getAttribute("role") === "combobox") return; // a page may bring this file twice
    const base = input.name.slice(0, -"line1".length);
    const other = (part) => group.querySelector(`[name="${CSS.escape(base + part)}"]`);
    const town = group.dataset.addresses === "town";
    const list = document.createElement("ul");
    const said = document.createElement("p");
    list.className = "proposals";
    list.id = `${input.id}-propositions`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Adresses proposées");
    said.className = "vh";
    said.setAttribute("role", "status");
    input.after(list, said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    let shown = [];
    let at = -1;
    let waiting = 0;
    let asking = null;
    let filling = false;

    const close = () => {
      clearTimeout(waiting);
      if (asking) asking.abort();
      shown = [];
      at = -1;
      list.hidden = true;
      list.replaceChildren();
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const point = (place) => {
      at = place;
      [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
      if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const fill = (field, value) => {
      if (!field || field.value === value) return;
      field.value = value;
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    };
    const choose = ({ line1, postcode, city, complete }) => {
      filling = true;
      close();
      fill(other("postcode"), postcode);
      fill(other("city"), city);
      fill(input, complete ? line1 : ` ${line1}`); // the number is typed before it
      filling = false;
      input.focus();
      if (!complete) input.setSelectionRange(0, 0);
      const done = complete ? "adresse reprise." : "rue reprise, ajoutez le numéro devant.";
      said.textContent = `${line1}, ${postcode} ${city}\u00a0: ${done}`;
    };
    const show = (items) => {
      close();
      shown = items;
      items.forEach((item, index) => {
        const option = document.createElement("li");
        const where = document.createElement("small");
        option.id = `${list.id}-${index + 1}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        where.textContent = `${item.postcode} ${item.city}`;
        option.append(`${item.line1} `, where);
        option.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
        option.addEventListener("click", () => choose(item));
        list.append(option);
      });
      list.hidden = !items.length;
      input.setAttribute("aria-expanded", String(items.length > 0));
      const count = items.length > 1 ? `${items.length} adresses proposées` : "1 adresse proposée";
      said.textContent = items.length ? `${count}, flèches haut et bas pour choisir.` : "";
    };
    const look = async () => {
      const q = input.value.trim().slice(0, 100);
      const country = other("country");
      if (q.replace(/[^\p{L}]/gu, "").length < 2 || (country && country.value !== "FR")) { close(); return; }
      if (asking) asking.abort();
      const mine = asking = new AbortController();
      const items = await ask(q, town, mine.signal).catch(() => []);
      if (mine === asking && !mine.signal.aborted && document.activeElement === input) show(items);
    };

    input.addEventListener("input", () => {
      if (filling) return;
      clearTimeout(waiting);
      if (asking) asking.abort();
      waiting = setTimeout(look, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      const last = shown.length - 1;
      if (event.key === "Escape") {
        const open = shown.length > 0;
        close(); // also what is on its way
        said.textContent = "";
        if (!open) return;
      }
      else if (event.key === "ArrowDown" && !shown.length) look();
      else if (event.key === "ArrowDown") point(at >= last ? 0 : at + 1);
      else if (event.key === "ArrowUp" && shown.length) point(at <= 0 ? last : at - 1);
      else if (event.key === "Enter" && at >= 0) choose(shown[at]);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", close);
  };
  for (const group of document.querySelectorAll("fieldset[data-addresses]")) propose(group);
})();
