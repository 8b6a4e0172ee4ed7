/* Parvis: what scripts improve. Every page works without this file; nothing here decides anything. */
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  root.classList.add("js");

  const say = (words, from = document) => {
    const place = from.querySelector("[data-said]") || document.querySelector("[data-said]");
    if (place) place.textContent = words;
  };

  /* --- Tabs that are a strip on a phone: the present one is in sight. */
  for (const here of all(".tabs [aria-current]")) {
    const strip = here.closest("ul"), tab = here.parentElement;
    strip.scrollLeft = tab.offsetLeft - strip.clientWidth / 2 + tab.offsetWidth / 2;
  }

  /* --- The menu of phones: a link to a place on the page becomes a button that shows it. */
  for (const link of all("[data-menu]")) {
    const menu = document.getElementById(link.dataset.menu);
    const button = document.createElement("button");
    button.type = "button";
    button.className = `${link.className} head-link--button`;
    button.append(...link.childNodes);
    button.setAttribute("aria-controls", menu.id);
    const show = (open) => {
      menu.classList.toggle("is-open", open);
      button.setAttribute("aria-expanded", String(open));
    };
    show(location.hash === "#menu");
    button.addEventListener("click", () => show(!menu.classList.contains("is-open")));
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { show(false); button.focus(); }
    });
    link.replaceWith(button);
  }
  document.addEventListener("click", (event) => {
    for (const drop of all("details.drop[open]")) if (!drop.contains(event.target)) drop.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const drop of all("details.drop[open]")) { drop.open = false; drop.querySelector("summary").focus(); }
  });

  /* --- What came back with errors, or was just done, takes the focus. */
  const focused = document.querySelector("[data-focus]");
  if (focused) focused.focus();

  /* --- A folded part that an address points at opens itself. */
  const unfold = () => {
    const target = document.getElementById(location.hash.slice(1));
    const folded = target && target.closest("details");
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  /* --- Conditional questions: the same conditions as the service's, read out when something appears. */
  const answerOf = (form, name) => {
    const fields = all(`[name="${CSS.escape(name)}"]`, form).filter((field) => !field.matches(":disabled"));
    const ticked = fields.filter((field) => field.checked).map((field) => field.value);
    if (fields.some((field) => field.type === "radio")) return ticked[0] || "";
    if (fields.length > 1) return ticked;
    const [field] = fields;
    if (!field) return "";
    if (field.type === "checkbox") return field.value === "on" ? field.checked : ticked;
    return field.value;
  };
  const holds = (condition, form) => {
    const value = answerOf(form, condition.field);
    const chosen = Array.isArray(value) ? value : value === "" ? [] : [value];
    if ("equals" in condition) {
      return typeof condition.equals === "boolean" ? Boolean(value) === condition.equals : value === condition.equals;
    }
    if (condition.any_of) return condition.any_of.includes(value);
    if (condition.contains) return chosen.includes(condition.contains);
    return (condition.any_contains || []).some((one) => chosen.includes(one));
  };
  for (const form of all("form[data-conditions]")) {
    const parts = all("[data-when], [data-unless]", form);
    if (!parts.length) continue;
    const update = (aloud) => {
      const appeared = [];
      let ending = "";
      for (const part of parts) {
        const { when, unless } = part.dataset;
        const shown = when ? holds(JSON.parse(when), form) : !holds(JSON.parse(unless), form);
        if (shown && part.hidden && "stop" in part.dataset) ending = part.textContent.replace(/\s+/g, " ").trim();
        else if (shown && part.hidden) {
          const label = part.querySelector("label, legend, .field__label");
          if (label) appeared.push(label.firstChild.textContent.trim());
        }
        part.hidden = !shown;
        part.disabled = !shown;
      }
      if (aloud && ending) say(ending, form);
      else if (aloud && appeared.length) say(`Nouvelle question : ${appeared.join(", ")}.`, form);
    };
    form.addEventListener("change", () => update(true));
    update(false);
  }

  /* --- A postcode abroad may have letters: the keyboard of figures is for France's. */
  for (const country of all("[data-country]")) {
    const postcode = country.form.elements[country.name.replace("country", "postcode")];
    country.addEventListener("change", () => { postcode.inputMode = country.value === "FR" ? "numeric" : "text"; });
  }

  /* --- Characters left, said only when few remain. */
  for (const note of all("[data-count]")) {
    const field = document.getElementById(note.dataset.count);
    const limit = field.maxLength;
    const first = note.textContent;
    field.addEventListener("input", () => {
      const left = limit - field.value.length;
      note.textContent = field.value ? `Il vous reste ${left.toLocaleString("fr-FR")} caractère${left > 1 ? "s" : ""} sur ${limit.toLocaleString("fr-FR")}.` : first;
      if (left === 50 || left === 10) say(note.textContent, field.form);
    });
  }

  /* --- An error goes once its answer is changed: the message, the red bar, and its line on top of the form is struck.
     The summary itself leaves with the last of them, once that answer is complete. */
  const summary = document.getElementById("erreurs");
  const mend = ({ target }) => {
    const box = target.closest(".field--error, #creneaux");
    if (!box) return;
    const line = target.closest(".address__line");
    for (const error of all(".error[id]", box)) {
      const part = error.closest(".address__line");
      if (part && part !== line) continue;
      for (const one of all(`[aria-describedby~="${error.id}"]`, box.parentElement)) {
        const rest = one.getAttribute("aria-describedby").split(" ").filter((id) => id !== error.id).join(" ");
        if (rest) one.setAttribute("aria-describedby", rest);
        else one.removeAttribute("aria-describedby");
        one.removeAttribute("aria-invalid");
      }
      error.remove();
    }
    const whole = !box.querySelector(".error[id]");
    if (whole) box.classList.remove("field--error");
    if (!summary) return;
    summary.removeAttribute("role"); // else all of it would be said again
    for (const link of all("li:not(.is-mended) a[href^='#']", summary)) {
      const place = document.getElementById(link.hash.slice(1));
      if (!box.contains(place) || !(whole || (line && line.contains(place) && !place.matches("[aria-invalid]")))) continue;
      const said = document.createElement("span");
      said.className = "vh";
      said.textContent = " (réponse modifiée)";
      link.parentElement.classList.add("is-mended");
      link.after(said);
    }
  };
  for (const name of ["input", "change"]) document.addEventListener(name, mend);
  const leave = () => {
    if (!summary.isConnected || !summary.querySelector(".is-mended") || summary.querySelector("li:not(.is-mended)")) return;
    summary.remove();
    say("Toutes les réponses à corriger ont été modifiées.");
  };
  if (summary) {
    // A press that leaves the field changes it: what is pressed must not move away before it is let go.
    let pressed = false;
    document.addEventListener("pointerdown", () => { pressed = true; });
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => {
      pressed = false;
      setTimeout(leave); // after the click
    });
    document.addEventListener("change", () => { if (!pressed) leave(); });
  }

  /* --- The chosen slot is shown at once; the time left is counted, and read out at 5 and 1 minutes. */
  const chosen = document.querySelector("[data-chosen]");
  for (const week of all("[data-slots]")) {
    week.addEventListener("change", (event) => {
      const words = event.target.dataset.detail || "";
      const [day, hours] = words.split(", ");
      const span = document.createElement("span");
      span.textContent = hours || "";
      chosen.replaceChildren(day.charAt(0).toUpperCase() + day.slice(1) + " ", span);
      // Only the slot that the page came with is reserved: of another, nothing is said.
      for (const hold of all("[data-hold]")) hold.hidden = !event.target.defaultChecked;
      for (const aloud of all("[data-hold-said]")) aloud.textContent = "";
    });
  }
  /* --- The hours of a day are one choice, with one stop for the keyboard: a half-day that it unfolds takes the focus. */
  for (const half of all("[data-slots] details")) half.addEventListener("toggle", () => {
    if (half.open && half.querySelector("summary:focus-visible")) half.querySelector("input").focus();
  });
  const OVER = "Ce créneau ne vous est plus réservé. S’il n’est plus libre, vous en choisirez un autre\u00a0: vos réponses sont gardées.";
  for (const hold of all("[data-hold]")) {
    const end = Date.parse(hold.dataset.hold);
    const left = hold.querySelector("[data-hold-left]");
    const aloud = hold.parentElement.querySelector("[data-hold-said]");
    let told;
    const tick = () => {
      const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
      const minutes = Math.ceil(seconds / 60);
      if (seconds) left.textContent = ` (encore ${Math.floor(seconds / 60)}\u00a0min\u00a0${String(seconds % 60).padStart(2, "0")}\u00a0s)`;
      else hold.lastElementChild.textContent = OVER;
      const mark = [0, 1, 5].find((one) => minutes <= one);
      if (!hold.hidden) {
        if (aloud && mark !== undefined && mark !== told) aloud.textContent = mark ? `Votre créneau est réservé encore ${minutes} minute${minutes > 1 ? "s" : ""}.` : OVER;
        told = mark;
      }
      if (seconds || hold.hidden) setTimeout(tick, 1000);
    };
    tick();
  }

  /* --- A message that was begun and not sent is not left behind without a word. */
  for (const area of all("textarea[name=message], textarea[name=note]")) {
    const warn = (event) => { if (area.value.trim() && area.value !== area.defaultValue) event.preventDefault(); };
    if ("begun" in area.form.dataset) continue; // kept as it is typed
    addEventListener("beforeunload", warn);
    area.form.addEventListener("submit", () => removeEventListener("beforeunload", warn));
  }

  /* --- Printing: the browser's own menu does it as well. */
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
    if (button.dataset.print === "now") addEventListener("load", () => print(), { once: true });
  }

  /* --- A link to keep: its button copies it, where the browser lets one. */
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.lastElementChild.textContent = button.dataset.copied;
      say(button.dataset.copied, button.closest("section"));
    });
  }

  /* --- A button that must be pressed once. */
  for (const button of all("[data-once]")) {
    button.form.addEventListener("submit", () => { setTimeout(() => { button.disabled = true; }, 0); });
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const button of all("[data-once]")) button.disabled = false;
  });
})();
