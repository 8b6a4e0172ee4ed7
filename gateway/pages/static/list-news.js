/* Parvis: a list that stays open follows what others do: the agents' requests, the day at the counter. On the list itself stand
   `data-mark`, by which the town hall knows as what it was read, and `data-news`, where to ask whether it looks otherwise by now. */
(() => {
  "use strict";
  const EVERY = 20e3;
  const PRESENT = 120e3;
  const list = () => document.querySelector("[data-mark]");
  if (!list()) return;
  const hint = document.querySelector("[data-changed]");
  const address = () => list().dataset.address || location.href;

  /* --- Parts of another page in the place of those of this one, with the mark that the list has there; null where it has no list. */
  const put = (text, parts) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.querySelector("[data-mark]")) return null;
    const strip = () => document.querySelector(".tabs--views ul");
    const pushed = strip()?.scrollLeft;
    for (const part of parts) {
      const fresh = page.querySelector(part);
      const old = document.querySelector(part);
      const focused = old && !old.matches("[id]") && old.contains(document.activeElement); // a link beside the list stays
      if (fresh && old && !focused) old.replaceWith(document.adoptNode(fresh));
    }
    if (strip()) strip().scrollLeft = pushed; // on a phone the present view stays in sight
    hint.hidden = true;
    document.dispatchEvent(new Event("parvis:list"));
    return page;
  };

  /* --- What the person asks for: null where something else was asked for meanwhile, else the answer, and its page if it has a list. */
  let begun = 0;
  let busy = 0;
  const take = async (where, asked, parts) => {
    const mine = ++begun;
    busy += 1;
    try {
      const answer = await fetch(where, asked);
      const text = await answer.text();
      return mine === begun ? { answer, page: put(text, parts) } : null;
    } finally { busy -= 1; }
  };
  window.parvisList = { take };

  /* --- Asked without using the session. Who is at the screen gets the list anew, unless at work in it (`parvis:renew` is refused); an
     unused page only says that there is news, for reading the list would prolong the session by itself. Its mark changes with the list
     alone: what could not be read is asked for again. */
  let used = Date.now();
  for (const kind of ["pointermove", "keydown", "scroll"]) addEventListener(kind, () => { used = Date.now(); }, { passive: true });
  const renew = async () => {
    const before = begun;
    const answer = await fetch(address(), { headers: { "Parvis-Renewal": "1" } });
    const text = await answer.text();
    if (busy || before !== begun) return true; // the person has asked for another list meanwhile
    if (!answer.ok || answer.redirected || !document.dispatchEvent(new Event("parvis:renew", { cancelable: true }))) return false;
    const parts = [`#${list().id}`, ...(list().dataset.beside || "").split(",").filter(Boolean)];
    return put(text, parts) !== null;
  };
  const tell = () => {
    if (!hint.hidden) return;
    hint.querySelector("a").href = address();
    hint.hidden = false;
  };
  let asking = false;
  const ask = async () => {
    if (document.hidden || asking || busy) return;
    asking = true;
    try {
      const { mark, news } = list().dataset;
      const answer = await fetch(news, { cache: "no-store", headers: { "If-None-Match": `"${mark}"` } });
      if (answer.status !== 200 || list().dataset.mark !== mark) return;
      const free = Date.now() - used < PRESENT && document.dispatchEvent(new Event("parvis:renew", { cancelable: true }));
      if (!free || !(await renew())) tell();
    } catch { /* asked again in a moment */ } finally { asking = false; }
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();
