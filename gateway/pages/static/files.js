/* Parvis: files, where a page takes some. Every page works without this file; nothing here decides anything. */
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = (words, from) => {
    const place = from.querySelector("[data-said]") || document.querySelector("[data-said]");
    if (place) place.textContent = words;
  };

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

  const STALLED_MS = 30_000; // a file of which nothing has left for so long is given up: others may be waiting for it

  class Uploader {
    constructor(box) {
      this.box = box;
      this.form = box.closest("form");
      this.address = this.form.dataset.uploadAddress;
      this.list = box.querySelector(".files");
      this.zone = box.querySelector(".dropzone");
      this.input = box.querySelector("input[type=file]");
      this.max = Number(box.dataset.maxFiles);
      this.sent = Promise.resolve(); // one file at a time: they are kept in the order in which they were given
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
          if (name !== "drop") return;
          this.take([...event.dataTransfer.files]);
          this.input.dispatchEvent(new Event("input", { bubbles: true })); // as a choice in the field does: an error goes
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

    /* What is not there yet, or was refused: the portal has nothing to forget. */
    withdrawal(file, line) {
      return plainButton("trash", "Retirer", file.name, () => {
        this.leave(line);
        say(`${file.name} est retiré.`, this.form);
      });
    }

    leave(line) {
      line.remove();
      this.room();
      if (this.zone.hidden) this.focus(this.list.lastElementChild, true);
      else this.input.focus();
    }

    /* What was refused for good, a file too many included, leaves with the next choice; what may be tried again stays. */
    take(files) {
      for (const line of all("[data-refused]", this.list)) line.remove();
      const tooMany = [];
      for (const file of files) {
        const line = make("li", "file");
        if (this.full()) {
          tooMany.push(file.name);
          this.list.append(line);
          line.dataset.tooMany = "";
          this.problem(file, line, `${this.max} fichier${this.max > 1 ? "s" : ""} au plus pour cette pièce : celui-ci n’est pas ajouté.`, false);
          continue;
        }
        line.append(drawn("upload"), this.name(file), make("p", "small", "En attente d’envoi"), this.withdrawal(file, line));
        this.list.append(line);
        const ready = light(file, Number(this.box.dataset.maxBytes));
        this.sent = this.sent.then(() => ready).then((one) => line.isConnected && this.send(one, line));
      }
      if (tooMany[1]) say(`${this.max} fichier${this.max > 1 ? "s" : ""} au plus pour cette pièce. Ne sont pas ajoutés : ${tooMany.join(", ")}.`, this.form);
      this.stay(this.list.lastElementChild, () => this.room());
    }

    problem(file, line, words, again) {
      line.className = "file file--error";
      if (!again) line.dataset.refused = "";
      const text = make("p", "error", words);
      const buttons = make("div", "cluster");
      if (again) buttons.append(plainButton("retry", "Réessayer", `l’envoi de ${file.name}`, () => this.send(file, line)));
      buttons.append(this.withdrawal(file, line));
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

    /* Fulfilled once the file has arrived, was refused or has been given up. */
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
      const ended = new Promise((done) => { call.addEventListener("loadend", done); });
      let stalled = false;
      let patience;
      const moves = () => {
        clearTimeout(patience);
        patience = setTimeout(() => { stalled = true; call.abort(); }, STALLED_MS);
      };
      for (const step of ["progress", "load"]) call.upload.addEventListener(step, moves);
      call.addEventListener("loadend", () => clearTimeout(patience));
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
          document.dispatchEvent(new Event("parvis:used"));
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
          if (call.status === 401 || call.status === 403) document.dispatchEvent(new Event("parvis:refused"));
          const words = call.status < 500 && call.responseText.length < 300 ? call.responseText : "L’envoi n’a pas abouti. Réessayez.";
          this.problem(file, line, words, call.status >= 500 || call.status === 429);
        }
      });
      call.addEventListener("error", () => this.problem(file, line, "L’envoi n’a pas abouti : la connexion a été coupée. Réessayez.", true));
      call.addEventListener("abort", () => this.problem(file, line, stalled ? "L’envoi n’avance plus. Vérifiez votre connexion, puis réessayez." : "L’envoi a été interrompu.", true));
      call.open("POST", this.address);
      call.send(data);
      moves();
      return ended;
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
        const named = line.querySelector(".file__name").firstChild; // its name, or the link that bears it
        const words = (named.firstChild || named).textContent.trim();
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
      if (!form.querySelector(".file--error:not([data-too-many])")) form.requestSubmit(wish);
      wish = null;
    }).observe(form, { subtree: true, childList: true, attributeFilter: ["class"] });
  }
})();
