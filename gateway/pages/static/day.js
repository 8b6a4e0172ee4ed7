/* Parvis: the day at the counter. What is pressed changes the list in its place and is announced; what others note comes by itself
   (list-news.js). */
(() => {
  "use strict";
  const LIST = "journee";
  const list = () => document.getElementById(LIST);
  if (!list()) return;
  const said = document.querySelector("[data-day-said]");
  const waiting = () => [...list().querySelectorAll(".day-list__head span.muted")].map((one) => one.textContent.trim()).join(". ");
  const say = (text) => { said.textContent = ""; setTimeout(() => { said.textContent = text; }, 50); };
  const focus = (element) => { if (element) element.focus(); };
  let before = null; // where the focus was and who waited when the list was to come by itself
  const inRow = (row) => row && (row.querySelector("button, .day__acts a") || row);

  /* --- A button of the list: sent without leaving the page; the focus stays with the person, and so does what was typed: an answer
     without a list is either one of a moment, or a page that the form itself leads to, such as that of a log-in, which keeps the form. */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!list().contains(form)) return;
    event.preventDefault();
    before = null;
    const sent = new URLSearchParams(new FormData(form));
    if (button && button.name) sent.set(button.name, button.value);
    const row = button && button.closest("tr");
    const agenda = form.querySelector("[name=agenda]");
    const action = form.getAttribute("action");
    if (button) button.disabled = true;
    const again = (words) => {
      if (button) button.disabled = false;
      say(words);
    };
    try {
      const found = await window.parvisList.take(action, { method: "POST", body: sent }, [`#${LIST}`]);
      if (!found) return;
      const { answer, page } = found;
      if (!page && (answer.status === 429 || answer.status >= 500)) {
        again("Rien n’est noté : trop de demandes à la fois, ou le service ne répond pas. Recommencez dans un instant.");
        return;
      }
      if (!page) {
        if (button && button.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
        form.submit();
        return;
      }
      const target = new URL(answer.url).searchParams.get("ligne");
      const outcome = list().querySelector("[data-day-done], .error-summary");
      say(outcome ? outcome.textContent.replace(/\s+/g, " ").trim() : "");
      const wrong = list().querySelector(".error-summary");
      const line = document.getElementById(row ? row.id : target);
      if (wrong) focus(wrong);
      else if (agenda && action.endsWith("/suivant")) focus([...list().querySelectorAll(`form[action="${action}"]`)].find((one) => one.elements.agenda.value === agenda.value)?.querySelector("button"));
      else focus(inRow(line));
    } catch { again("Rien n’est noté : la connexion ne répond pas. Recommencez dans un instant."); }
  });

  /* --- The list comes by itself, unless something is being typed in it; the focus stays on its line, and who waits is announced. */
  document.addEventListener("parvis:renew", (event) => {
    const typing = list().querySelector("details[open]");
    if (typing) { event.preventDefault(); return; }
    const active = document.activeElement;
    before = { waiting: waiting(), row: list().contains(active) ? active.closest("tr")?.id : "" };
  });
  document.addEventListener("parvis:list", () => {
    if (!before) return;
    if (before.row) focus(inRow(document.getElementById(before.row)));
    if (waiting() !== before.waiting) say(waiting());
    before = null;
  });
})();
