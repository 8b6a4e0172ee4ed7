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

  /* --- Conditional questions: the same conditions as the service's, told aloud when something appears. */
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

  /* --- The chosen slot is told at once; the time left is counted, and said aloud at 5 and 1 minutes. */
  const chosen = document.querySelector("[data-chosen]");
  for (const week of all("[data-slots]")) {
    week.addEventListener("change", (event) => {
      const words = event.target.dataset.detail || "";
      const [day, hours] = words.split(", ");
      const span = document.createElement("span");
      span.textContent = hours || "";
      chosen.replaceChildren(day.charAt(0).toUpperCase() + day.slice(1) + " ", span);
      for (const one of all(".day", week)) one.classList.toggle("is-chosen", one.contains(event.target));
      // Only the slot that the page came with is reserved: of another, nothing is said.
      for (const hold of all("[data-hold]")) hold.hidden = !event.target.defaultChecked;
      for (const aloud of all("[data-hold-said]")) aloud.textContent = "";
    });
  }
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

  /* --- What is typed is kept without a button: a moment after the last key, and when the page is left or hidden. */
  for (const form of all("form#formulaire")) {
    if (!form.elements.draft_id || "undecided" in form.dataset) continue;
    const elsewhere = form.querySelector("[data-elsewhere]");
    const told = (answer) => {
      if (answer.status === 409 && elsewhere.firstElementChild.content) elsewhere.replaceChildren(elsewhere.firstElementChild.content);
    };
    let waiting = 0;
    let left = false;
    const keep = () => {
      clearTimeout(waiting);
      removeEventListener("beforeunload", keep);
      if (!waiting || left) return;
      waiting = 0;
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
      document.cookie = `parvis-saisie=${id}; Path=/demarches/; Max-Age=10; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
      fetch(form.getAttribute("action"), { method: "POST", body: data, keepalive: true, redirect: "manual" }).then(told).catch(() => {});
    };
    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      clearTimeout(waiting);
      waiting = setTimeout(keep, 2000);
      addEventListener("beforeunload", keep); // the next page is asked for before this one is hidden
    });
    form.addEventListener("submit", () => { left = true; clearTimeout(waiting); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
    addEventListener("pagehide", keep);
    // A page that a browser has kept is made anew: it would show, and send, what is no longer the draft's.
    addEventListener("pageshow", (event) => { left = false; if (event.persisted) location.replace(form.getAttribute("action")); });
  }

  /* --- A message that was begun and not sent is not left behind without a word. */
  for (const area of all("textarea[name=message], textarea[name=note]")) {
    const warn = (event) => { if (area.value.trim() && area.value !== area.defaultValue) event.preventDefault(); };
    addEventListener("beforeunload", warn);
    area.form.addEventListener("submit", () => removeEventListener("beforeunload", warn));
  }

  /* --- Printing: the browser's own menu does it as well. */
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
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

  /* --- Files: sent as soon as they are chosen, with progress, retry and removal; several at once, one line each. */
  const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} Ko` : `${(bytes / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 })} Mo`);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const sprite = (document.querySelector("svg use") || { getAttribute: () => "" }).getAttribute("href").split("#")[0];
  const drawn = (name, small) => {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("class", small ? "icon icon--s" : "icon");
    icon.setAttribute("aria-hidden", "true");
    icon.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    icon.firstChild.setAttribute("href", `${sprite}#${name}`);
    return icon;
  };
  const plainButton = (icon, text, more, action) => {
    const button = make("button", "btn btn--plain btn--small");
    button.type = "button";
    button.append(drawn(icon, true), text, make("span", "vh", ` ${more}`));
    button.addEventListener("click", action);
    return button;
  };

  /* A photograph heavier than what is accepted is drawn smaller before it leaves; any other file leaves as it is. */
  const LONGEST_SIDE = 2560;
  const light = async (file, limit) => {
    if (file.size <= limit || !file.type.startsWith("image/")) return file;
    try {
      const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_SIDE / Math.max(whole.width, whole.height));
      const canvas = make("canvas");
      canvas.width = Math.round(whole.width * scale);
      canvas.height = Math.round(whole.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff"; // a JPEG has no transparency
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(whole, 0, 0, canvas.width, canvas.height);
      whole.close();
      const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return new File([jpeg], file.name.replace(/\.(?!jpe?g$)[^.]*$/i, ".jpg"), { type: jpeg.type });
    } catch {
      return file; // what this browser cannot draw is refused for its weight
    }
  };
  for (const input of all("input[type=file][data-max-bytes]")) {
    const send = input.form.querySelector("[type=submit]");
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      send.disabled = true; // else the form leaves with the heavy ones
      const ready = await Promise.all(chosen.map((file) => light(file, Number(input.dataset.maxBytes))));
      send.disabled = false;
      if (ready.every((file, place) => file === chosen[place])) return;
      const carrier = new DataTransfer();
      for (const file of ready) carrier.items.add(file);
      input.files = carrier.files;
    });
  }

  class Uploader {
    constructor(box) {
      this.box = box;
      this.form = box.closest("form");
      this.address = this.form.dataset.uploadAddress;
      this.list = box.querySelector(".files");
      this.zone = box.querySelector(".dropzone");
      this.input = box.querySelector("input[type=file]");
      this.max = Number(box.dataset.maxFiles);
      if (!this.input) return; // it is full: a file is removed with the form, and the page that comes has the zone
      this.list.addEventListener("click", (event) => this.remove(event));
      if (matchMedia("(any-hover: hover)").matches) {
        this.zone.append(make("p", "help", `Vous pouvez aussi déposer ${this.max > 1 ? "des fichiers" : "un fichier"} dans ce cadre.`));
      }
      this.input.addEventListener("change", () => { this.take([...this.input.files]); this.input.value = ""; });
      for (const name of ["dragover", "dragleave", "drop"]) {
        this.zone.addEventListener(name, (event) => {
          event.preventDefault();
          this.zone.classList.toggle("is-over", name === "dragover");
          if (name === "drop") this.take([...event.dataTransfer.files]);
        });
      }
      this.room();
    }

    /* A refused file takes no room. */
    full() {
      return this.list.querySelectorAll(".file:not(.file--error)").length >= this.max;
    }

    room() {
      this.zone.hidden = this.full();
    }

    focus(line, onButton) {
      line.tabIndex = -1;
      ((onButton && line.querySelector("button")) || line).focus();
    }

    /* Where a change takes away or hides what has the focus, the line takes it: a button's goes to its first button. */
    stay(line, change) {
      const had = document.activeElement;
      const here = this.box.contains(had);
      change();
      const has = document.activeElement;
      if (here && (!this.box.contains(has) || has.closest("[hidden]"))) this.focus(line, had.matches("button"));
    }

    leave(line) {
      line.remove();
      this.room();
      if (this.zone.hidden) this.focus(this.list.lastElementChild, true);
      else this.input.focus();
    }

    /* What was refused for good leaves with the next choice; what may be tried again stays. */
    take(files) {
      for (const line of all("[data-refused]", this.list)) line.remove();
      for (const file of files) {
        if (this.full()) {
          say(`${this.max} fichier${this.max > 1 ? "s" : ""} au plus pour cette pièce.`, this.form);
          break;
        }
        const line = make("li", "file");
        line.append(this.name(file), make("p", "small", "Préparation de l’envoi"));
        this.list.append(line);
        light(file, Number(this.box.dataset.maxBytes)).then((ready) => this.send(ready, line));
      }
      this.stay(this.list.lastElementChild, () => this.room());
    }

    problem(file, line, words, again) {
      line.className = "file file--error";
      if (!again) line.dataset.refused = "";
      const text = make("p", "error", words);
      const buttons = make("div", "cluster");
      if (again) buttons.append(plainButton("retry", "Réessayer", `l’envoi de ${file.name}`, () => this.send(file, line)));
      buttons.append(plainButton("trash", "Retirer", file.name, () => this.leave(line)));
      this.stay(line, () => line.replaceChildren(drawn("error"), this.name(file), text, buttons));
      this.room();
      say(`${file.name} : ${words}`, this.form);
    }

    name(file) {
      const name = make("p", "file__name", `${file.name} `);
      name.append(make("span", "muted small", size(file.size)));
      return name;
    }

    /* A photograph, small; drawn, for no address of it may be shown. A format that this browser cannot draw keeps its icon. */
    async glimpse(file, line) {
      if (!file.type.startsWith("image/")) return;
      try {
        const picture = await createImageBitmap(file, { resizeHeight: 112, resizeQuality: "medium" });
        const canvas = make("canvas");
        canvas.height = 112;
        canvas.width = Math.min(picture.width, 149);
        canvas.getContext("2d").drawImage(picture, 0, 0);
        picture.close();
        line.querySelector(".icon").replaceWith(canvas);
      } catch {
        // the icon says enough
      }
    }

    send(file, line) {
      const formats = this.box.dataset.formats.split(",");
      const ending = file.name.split(".").pop().toLowerCase();
      if (file.size > Number(this.box.dataset.maxBytes)) {
        return this.problem(file, line, this.box.dataset.tooHeavy, false);
      }
      if (!formats.includes(ending)) {
        const { phonePhotographs, wrongPhotograph, wrongFormat } = this.box.dataset;
        return this.problem(file, line, phonePhotographs.split(",").includes(ending) ? wrongPhotograph : wrongFormat, false);
      }
      line.className = "file";
      const bar = make("progress");
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", `Envoi de ${file.name}`);
      const state = make("p", "small", "Envoi en cours");
      const data = new FormData();
      for (const name of ["csrf", "command_id", "draft_id", "version"]) data.append(name, this.form.elements[name].value);
      data.append("piece", this.box.dataset.piece);
      data.append("fichier", file);
      const call = new XMLHttpRequest();
      const stop = plainButton("close", "Interrompre l’envoi", `de ${file.name}`, () => call.abort());
      this.stay(line, () => {
        line.replaceChildren(drawn("upload"), this.name(file), state, bar, stop);
        this.room();
      });
      call.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        bar.value = Math.round((event.loaded / event.total) * 100);
        state.textContent = `Envoi en cours : ${bar.value} %`;
      });
      call.addEventListener("load", () => {
        if (call.status === 201) {
          const kept = new DOMParser().parseFromString(call.responseText, "text/html").querySelector(".file");
          const arrived = document.importNode(kept, true);
          const same = this.list.querySelector(`[data-file="${arrived.dataset.file}"]`); // chosen twice, it is one
          this.stay(arrived, () => {
            if (same) same.remove();
            line.replaceWith(arrived);
            this.room();
          });
          this.glimpse(file, arrived);
          say(`${file.name} est ajouté.`, this.form);
        } else {
          const words = call.status < 500 && call.responseText.length < 300 ? call.responseText : "L’envoi n’a pas abouti. Réessayez.";
          this.problem(file, line, words, call.status >= 500 || call.status === 429);
        }
      });
      call.addEventListener("error", () => this.problem(file, line, "L’envoi n’a pas abouti : la connexion a été coupée. Réessayez.", true));
      call.addEventListener("abort", () => this.problem(file, line, "L’envoi a été interrompu.", true));
      call.open("POST", this.address);
      call.send(data);
      return undefined;
    }

    async remove(event) {
      const button = event.target.closest("button[name=action][value^='retirer:']");
      if (!button) return;
      event.preventDefault();
      const line = button.closest(".file");
      const data = new FormData();
      for (const name of ["csrf", "draft_id", "version"]) data.append(name, this.form.elements[name].value);
      button.disabled = true;
      try {
        const answer = await fetch(`${this.address}/${line.dataset.file}/retirer`, { method: "POST", body: data });
        if (!answer.ok) throw new Error(String(answer.status));
        const words = line.querySelector(".file__name").firstChild.textContent.trim();
        this.leave(line);
        say(`${words} est retiré.`, this.form);
      } catch {
        button.disabled = false;
        button.focus();
        say("Le fichier n’a pas pu être retiré. Réessayez.", this.form);
      }
    }
  }
  for (const box of all("form[data-upload-address] [data-piece]")) new Uploader(box);

  /* A form that leaves would break off what is on its way: it leaves once all has come. */
  for (const form of all("form[data-upload-address]")) {
    const sending = () => form.querySelector(".files .file:not(.file--error, [data-file])");
    let wish, note;
    form.addEventListener("submit", (event) => {
      if (!sending()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      wish = event.submitter;
      note ||= make("p", "help", "Un fichier est en cours d’envoi : la page suivante s’ouvre dès qu’il est arrivé.");
      wish.after(note);
      say(note.textContent, form);
    }, true);
    new MutationObserver(() => {
      if (!wish || sending()) return;
      note.remove();
      if (!form.querySelector(".file--error")) form.requestSubmit(wish);
      wish = null;
    }).observe(form, { subtree: true, childList: true, attributeFilter: ["class"] });
  }
})();
