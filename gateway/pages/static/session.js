/* Parvis: the end of a session is announced before it comes, in every tab. Nothing is asked of the server until a button is pressed:
   a page that stays open must not prolong the session by itself. */
(() => {
  "use strict";
  const { sessionWarning, sessionLeft, sessionMost } = document.body.dataset; // seconds from when the page was made
  const KEY = "parvis-session"; // { warned, ends }, in milliseconds of this browser's clock: nothing of the person
  const NOTED_LATE = 35e3; // the server notes a use at most so much late
  const near = document.getElementById("session-near");
  const last = document.getElementById("session-last");
  const bar = document.querySelector("[data-session-over]");
  const aloud = bar.querySelector("[role=alert]");
  const problem = near.querySelector("[data-session-problem]");
  const from = (now, warning, left) => ({ warned: now + 1000 * warning, ends: now + 1000 * left });
  const most = Date.now() + 1000 * sessionMost;
  let times = from(Date.now(), sessionWarning, sessionLeft);
  let timer = 0;
  let over = false;
  let understood = false;

  const stored = () => { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } };
  const share = () => { try { localStorage.setItem(KEY, JSON.stringify(times)); } catch { /* each tab counts alone */ } };
  const close = () => { for (const dialog of [near, last]) if (dialog.open) dialog.close(); };
  const tell = (state) => { aloud.replaceChildren(bar.querySelector(`[data-session-is=${state}]`).content.cloneNode(true)); };

  const end = () => {
    close();
    if (over) return;
    over = true;
    tell("over");
  };
  const back = () => {
    over = false;
    tell("back");
    document.dispatchEvent(new Event("parvis:logged-in"));
  };
  const warn = () => {
    const dialog = times.ends > most - 1000 ? last : near;
    if (dialog.open || (dialog === last && understood)) return;
    close();
    problem.textContent = "";
    dialog.querySelector("[data-session-hour]").textContent = new Date(times.ends).toLocaleTimeString("fr-FR", { hour: "numeric", minute: "2-digit" }).replace(":", "\u00a0h\u00a0");
    dialog.showModal();
  };
  const look = () => {
    clearTimeout(timer);
    const now = Date.now();
    if (now >= times.ends) { end(); return; }
    if (now >= times.warned) warn();
    else close();
    timer = setTimeout(look, (now >= times.warned ? times.ends : times.warned) - now);
  };
  const learn = (known) => {
    if (!known || !(known.ends > times.ends)) return;
    times = known;
    if (over) back();
  };
  const prolong = (found) => {
    times = found;
    share();
    look();
  };

  const stay = async () => {
    problem.textContent = "";
    try {
      const answer = await fetch("/api/v1/sessions/current", { cache: "no-store" });
      if (answer.status === 401) { end(); return; }
      const left = await answer.json();
      prolong(from(Date.now(), left.seconds_to_warning, left.seconds_left));
    } catch { /* said below */ }
    if (near.open) problem.textContent = "La session n’a pas pu être prolongée. Vérifiez votre connexion, puis réessayez.";
  };
  near.querySelector("[data-session-stay]").addEventListener("click", stay);
  near.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  last.addEventListener("close", () => { understood = true; });
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-session-close]")) return;
    close();
    if (bar.contains(target)) aloud.replaceChildren();
  });

  /* --- What another tab did, or what this one missed while the browser suspended it. */
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    if (event.newValue === null) { times.ends = 0; end(); } // logged out there
    else { learn(stored()); look(); }
  });
  const wake = () => { learn(stored()); look(); };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
  addEventListener("pageshow", wake);
  for (const form of document.querySelectorAll("form[action='/deconnexion']")) {
    form.addEventListener("submit", () => { try { localStorage.removeItem(KEY); } catch { /* nothing was shared */ } });
  }

  /* --- What is saved without a button uses the session too; refused, it says that the session is over. */
  document.addEventListener("parvis:used", () => {
    const now = Date.now() - NOTED_LATE;
    const ends = Math.min(now + 1000 * sessionLeft, most);
    if (ends > times.ends) prolong({ warned: Math.min(now + 1000 * sessionWarning, most - 1000 * (sessionLeft - sessionWarning)), ends });
  });
  document.addEventListener("parvis:refused", () => { times.ends = 0; end(); });

  share();
  look();
})();
