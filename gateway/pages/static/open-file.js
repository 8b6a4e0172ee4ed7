/* Parvis: while a file is open, its page asks every twenty seconds which colleagues have it open as well; it is given up when the page is
   left. The session is not used by it. */
(() => {
  "use strict";
  const EVERY = 20e3;
  const SAID = 300e3; // of colleagues of whom nothing is known any more
  const box = document.querySelector("[data-open-page]");
  const address = box.dataset.openPage;
  const template = box.querySelector("template");
  const say = (lines) => box.replaceChildren(template, ...lines.map((words) => {
    const line = template.content.cloneNode(true);
    line.querySelector("span").textContent = words;
    return line;
  }));
  const ask = async () => {
    try {
      const answer = await fetch(address, { cache: "no-store", headers: { "If-None-Match": `"${box.dataset.who}"` } });
      if (answer.status === 204 && performance.now() > SAID) say([]);
      if (answer.status !== 200 || answer.redirected) return;
      const lines = (await answer.text()).split("\n").filter(Boolean);
      box.dataset.who = answer.headers.get("ETag").replace(/^W\/|"/g, "");
      say(lines);
    } catch { /* asked again in a moment */ }
  };
  setInterval(ask, EVERY);
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  addEventListener("pagehide", () => {
    navigator.sendBeacon(address, new URLSearchParams({ csrf: document.querySelector("input[name=csrf]").value }));
  });
})();
