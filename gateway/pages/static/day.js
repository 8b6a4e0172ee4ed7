/* Parvis: the day at the counter. What is pressed changes the list in its place and is announced; what others note comes by itself. */
(() => {
  "use strict";
  const EVERY = 20e3;
  const PRESENT = 120e3;
  const LIST = "journee";
  const list = () => document.getElementById(LIST);
  if (!list()) return;
  const said = document.querySelector("[data-day-said]");
  const news = document.querySelector("[data-day-news]");
  const address = () => `/agent/rendez-vous?jour=${encodeURIComponent(list().dataset.day)}`;
  const waiting = () => [...list().querySelectorAll(".day-list__head span.muted")].map((one) => one.textContent.trim()).join(". ");
  const say = (text) => { said.textContent = ""; setTimeout(() => { said.textContent = text; }, 50); };

  /* --- The list of another page in the place of this one; false where that page has none. */
  const put = (text) => {
    const found = new DOMParser().parseFromString(text, "text/html").getElementById(LIST);
    if (!found) return false;
    list().replaceWith(document.adoptNode(found));
    news.hidden = true;
    return true;
  };
  const focus = (element) => { if (element) element.focus(); };
  const inRow = (row) => row && (row.querySelector("button, .day__acts a") || row);

  /* --- A button of the list: sent without leaving the page; the focus stays with the person. */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!list().contains(form)) return;
    event.preventDefault();
    const sent = new URLSearchParams(new FormData(form));
    if (button && button.name) sent.set(button.name, button.value);
    const row = button && button.closest("tr");
    const agenda = form.querySelector("[name=agenda]");
    const action = form.getAttribute("action");
    if (button) button.disabled = true;
    try {
      const answer = await fetch(action, { method: "POST", body: sent });
      const target = new URL(answer.url).searchParams.get("ligne");
      if (!put(await answer.text())) { location.assign(address()); return; }
      const told = list().querySelector("[data-day-done], .error-summary");
      say(told ? told.textContent.replace(/\s+/g, " ").trim() : "");
      const wrong = list().querySelector(".error-summary");
      const line = document.getElementById(row ? row.id : target);
      if (wrong) focus(wrong);
      else if (agenda && action.endsWith("/suivant")) focus([...list().querySelectorAll(`form[action="${action}"]`)].find((one) => one.elements.agenda.value === agenda.value)?.querySelector("button"));
      else focus(inRow(line));
    } catch {
      if (button) button.disabled = false;
      say("Rien n’est noté : la connexion ne répond pas. Recommencez dans un instant.");
    }
  });

  /* --- What happened meanwhile: asked without using the session. Who is at the screen gets the list anew, unless something is being
     typed in it; a page that nobody uses only says that there is news, for reading the list would prolong the session by itself. */
  let used = Date.now();
  for (const kind of ["pointermove", "keydown", "scroll"]) addEventListener(kind, () => { used = Date.now(); }, { passive: true });
  const renew = async () => {
    const answer = await fetch(address());
    const active = document.activeElement;
    const row = list().contains(active) ? active.closest("tr") : null;
    const before = waiting();
    if (!put(await answer.text())) return;
    if (row && row.id) focus(inRow(document.getElementById(row.id)));
    if (waiting() !== before) say(waiting());
  };
  const ask = async () => {
    if (document.hidden) return;
    try {
      const { day, dayMark } = list().dataset;
      const answer = await fetch(`/agent/rendez-vous/nouvelles?jour=${encodeURIComponent(day)}`, { cache: "no-store", headers: { "If-None-Match": `"${dayMark}"` } });
      if (answer.status !== 200) return;
      const mark = await answer.text();
      const typing = list().querySelector("details[open]");
      if (Date.now() - used < PRESENT && !typing) await renew();
      else { list().dataset.dayMark = mark; news.hidden = false; }
    } catch { /* asked again in a moment */ }
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();
