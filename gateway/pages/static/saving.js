/* Parvis: a form is saved as it is typed. A save that fails is said on the page, tried again, and holds back who leaves by a link. */
(() => {
  "use strict";
  const form = document.querySelector("form#formulaire, form[data-begun]");
  const bar = document.querySelector("[data-unsaved]");
  const message = form && "begun" in form.dataset; // of an exchange, not of a procedure's step
  if (!form || (!form.elements.draft_id && !message) || "undecided" in form.dataset) return;
  const elsewhere = form.querySelector("[data-elsewhere]");
  const aloud = bar.querySelector("[aria-live]");
  const PAUSE = 2e3; // after the last key
  const PATIENCE = 15e3; // with one save
  const FIRST_WAIT = 5, LONGEST_WAIT = 60; // between two tries, in seconds: the wait doubles
  let timer = 0;
  let typed = false; // something that is not saved yet
  let saving = null; // the save on its way
  let refused = false; // by an answer that a mere repetition does not change
  let failures = 0; // in a row, that pass by themselves
  let notBefore = 0; // the time of the next try
  let wanted = ""; // the address of a link that waits for the save
  let left = false;
  let said = "";

  const tell = (state, why = "") => {
    if (state !== said) aloud.replaceChildren(...(state ? [bar.querySelector(`[data-unsaved-is=${state}]`).content.cloneNode(true)] : []));
    said = state;
    for (const way of aloud.querySelectorAll("[data-unsaved-leave]")) way.href = wanted;
    for (const place of aloud.querySelectorAll("[data-unsaved-why]")) if (place.textContent !== why) place.textContent = why;
  };
  const plan = (wait) => { clearTimeout(timer); timer = setTimeout(keep, Math.max(wait, notBefore - Date.now())); };
  const waiting = () => tell(wanted ? "leaving" : navigator.onLine ? "later" : "offline");

  const kept = () => {
    document.dispatchEvent(new Event("parvis:used"));
    refused = false;
    failures = notBefore = 0;
    if (wanted && !typed) { left = true; location.assign(wanted); return; }
    tell(said && said !== "kept" ? "kept" : "");
  };
  const failed = (seconds = 0) => {
    typed = true;
    refused = false;
    const wait = Math.max(seconds, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures));
    failures += 1;
    notBefore = Date.now() + 1000 * wait * (1 + Math.random() / 4); // not all browsers at once, after an outage
    plan(0);
    waiting();
  };
  const told = async (answer) => {
    if (answer.ok || answer.type === "opaqueredirect") { kept(); return; }
    if (answer.status === 429 || answer.status >= 500) { failed(Number(answer.headers.get("Retry-After")) || 0); return; }
    const { code = "", detail = "" } = await answer.json().catch(() => ({}));
    typed = refused = true;
    failures = notBefore = 0;
    wanted = "";
    if (answer.status === 409 && elsewhere) {
      if (elsewhere.firstElementChild.content) elsewhere.replaceChildren(elsewhere.firstElementChild.content);
      tell("");
    } else if ((answer.status === 401 || code === "form_not_ours") && document.body.dataset.sessionLeft) {
      tell(""); // session.js says it
      document.dispatchEvent(new Event("parvis:refused"));
    } else if (answer.status === 401) tell("login");
    else if (code === "tracking_link_invalid" || (code === "request_not_found" && !document.body.dataset.sessionLeft)) tell("link");
    else tell("stopped", detail);
  };

  /* Saves what was typed; gives the save on its way. */
  const keep = () => {
    clearTimeout(timer);
    removeEventListener("beforeunload", keep);
    if (!typed || left) return saving;
    typed = false;
    const data = new FormData(form);
    for (const name of [...data.keys()]) if (name.startsWith("piece:")) data.delete(name);
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    data.set("command_id", id);
    data.set("action", "plus-tard");
    // The page that is opened next waits for this save, so that it shows what was typed last.
    if (!message) document.cookie = `parvis-saisie=${id}; Path=/demarches/; Max-Age=10; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
    const asked = { method: "POST", body: data, keepalive: true, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
    const mine = fetch(form.getAttribute("action"), { ...asked, headers: { Accept: "application/problem+json" } })
      .then(told, () => failed())
      .finally(() => { if (saving === mine) saving = null; });
    saving = mine;
    return mine;
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    typed = true;
    wanted = "";
    if (said === "leaving" || said === "unsent") waiting();
    plan(PAUSE);
    addEventListener("beforeunload", keep); // the next page is asked for before this one is hidden
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) { left = true; clearTimeout(timer); return; }
    event.preventDefault(); // the browser's own page would take the place of this one
    event.stopImmediatePropagation();
    tell("unsent");
  }, true);
  document.addEventListener("visibilitychange", () => { if (document.hidden || refused) keep(); });
  addEventListener("pagehide", keep);
  addEventListener("online", () => {
    notBefore = 0;
    if (typed) keep();
    else if (said === "unsent") tell("");
  });
  document.addEventListener("parvis:logged-in", keep);

  /* A link leaves once what was typed is saved. If that is refused, the form itself is sent: its answer gives back what it holds. */
  const send = () => {
    left = true;
    const action = document.createElement("input");
    Object.assign(action, { type: "hidden", name: "action", value: "plus-tard" });
    form.append(action);
    form.submit();
  };
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-unsaved-close]")) { tell(""); return; }
    const link = event.target.closest("a[href]");
    const stays = !link || link.target || link.origin !== location.origin || (link.hash && link.pathname === location.pathname);
    if (stays || left || !(typed || saving) || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if ("unsavedLeave" in link.dataset) { left = true; return; }
    event.preventDefault();
    await keep();
    if (refused) { send(); return; }
    if (!typed) { location.assign(link.href); return; }
    wanted = link.href;
    waiting();
  });
  addEventListener("beforeunload", (event) => { if ((refused || failures) && (typed || saving) && !left) event.preventDefault(); });
  // A page that a browser has kept is made anew: it would show, and send, what is no longer the draft's.
  addEventListener("pageshow", (event) => { left = false; if (event.persisted) location.replace((message ? location.pathname : form.getAttribute("action")) + location.search); });
})();
