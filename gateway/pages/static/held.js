/* Parvis: a decision that waits counts its seconds; at the end the page asks whether it has left, and says so. */
(() => {
  "use strict";
  const SLOW = 1e3;
  const LONGEST = 30e3;
  const ENDS = {
    done: ["Envoyée", "La décision est partie."],
    not_done: ["La décision n’est pas partie", "Rien n’a été envoyé, et ce qui était écrit est gardé."],
    undone: ["La décision est annulée", "Rien n’est parti."],
  };
  for (const strip of document.querySelectorAll("[data-held]")) {
    const title = strip.querySelector("h2");
    const button = strip.querySelector("form");
    const due = Date.now() + strip.dataset.seconds * 1000;
    title.setAttribute("aria-live", "off"); // each second is for the eye alone
    const say = ([heading, words]) => {
      const focused = strip.contains(document.activeElement);
      button?.remove();
      title.removeAttribute("aria-live");
      title.textContent = heading;
      const link = document.createElement("a");
      link.href = strip.dataset.held.replace(/\/decisions\/.*$/, "");
      link.textContent = "Voir le dossier à jour";
      strip.querySelector("p").replaceChildren(`${words} `, link);
      if (focused) strip.focus();
    };
    let wait = SLOW;
    const ask = async () => {
      let state = "";
      try {
        const answer = await fetch(`${strip.dataset.held}/etat`, { cache: "no-store" });
        if (answer.redirected || answer.status === 404) { say(["La décision part", "Relisez le dossier pour savoir ce qu’elle devient."]); return; }
        state = answer.ok ? (await answer.text()).trim() : "";
      } catch { /* asked again */ }
      if (ENDS[state]) say(ENDS[state]); else { setTimeout(ask, wait); wait = Math.min(2 * wait, LONGEST); }
    };
    const count = () => {
      const left = Math.ceil((due - Date.now()) / 1000);
      if (left <= 0) { title.textContent = "La décision part"; ask(); return; }
      if (button) title.textContent = `Votre décision part dans ${left}\u00a0${left < 2 ? "seconde" : "secondes"}`;
      setTimeout(count, 250);
    };
    count();
  }
})();
