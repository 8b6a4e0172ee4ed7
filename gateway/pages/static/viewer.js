/* Parvis: a page of a piece beside the form. The buttons for another page, size or turn of it, or for another piece, change what is
   shown in place, and a piece is marked in place; without this script they send what is typed along, and the page is read anew. */
(() => {
  "use strict";
  const ZOOMS = [100, 150, 200, 300];
  const figure = document.querySelector("[data-viewer]");
  if (!figure) return;
  const image = figure.querySelector("img");
  const lost = figure.querySelector(".viewer__lost");
  const of = (name) => figure.querySelector(`[data-of="${name}"]`);
  const base = figure.dataset.viewer;
  const read = () => ({
    file: figure.dataset.file,
    name: figure.dataset.name,
    page: Number(figure.dataset.page) || 1,
    pages: Number(figure.dataset.pages) || 0,
    zoom: Number(figure.dataset.zoom) || ZOOMS[0],
    turn: Number(figure.dataset.turn) || 0,
  });
  const { kept } = figure.dataset;
  const query = (seen) => `voir=${seen.file}&page=${seen.page}&zoom=${seen.zoom}&rotation=${seen.turn}${kept && `&${kept}`}`;
  const returning = (to) => {
    for (const button of document.querySelectorAll(".conformity [formaction]")) {
      const address = new URL(button.formAction);
      address.search = to;
      button.setAttribute("formaction", address.pathname + address.search + address.hash);
    }
  };
  const links = {
    previous: (seen) => seen.page > 1 && { ...seen, page: seen.page - 1 },
    next: (seen) => (!seen.pages || seen.page < seen.pages) && { ...seen, page: seen.page + 1 },
    larger: (seen) => seen.zoom < ZOOMS.at(-1) && { ...seen, zoom: ZOOMS[ZOOMS.indexOf(seen.zoom) + 1] },
    smaller: (seen) => seen.zoom > ZOOMS[0] && { ...seen, zoom: ZOOMS[ZOOMS.indexOf(seen.zoom) - 1] },
    turned: (seen) => ({ ...seen, turn: (seen.turn + 90) % 360 }),
  };

  const show = (seen) => {
    const before = read();
    const said = `Page ${seen.page}${seen.pages ? ` sur ${seen.pages}` : ""}`;
    Object.assign(figure.dataset, seen);
    of("name").textContent = seen.name;
    of("place").textContent = said;
    of("file").href = `${base}/pieces/${seen.file}`;
    for (const link of figure.querySelectorAll("[data-to]")) {
      const to = links[link.dataset.to]?.(seen);
      if (to) link.setAttribute("formaction", `${base}/vue?${query(to)}#vue`);
      else if (links[link.dataset.to]) {
        if (link === document.activeElement) figure.querySelector(".viewer__frame").focus();
        link.removeAttribute("formaction");
      }
      link.hidden = !to && link.dataset.to in links;
    }
    returning(query(seen));
    image.alt = `${said} de ${seen.name}`;
    if (figure.hidden || seen.file !== before.file || seen.page !== before.page) {
      lost.textContent = "";
      image.hidden = false;
      image.src = `${base}/pieces/${seen.file}/pages/${seen.page}`;
    }
    figure.hidden = false;
  };

  image.addEventListener("error", () => {
    if (!image.getAttribute("src")) return;
    image.hidden = true;
    lost.textContent = "Cette page ne peut pas être montrée ici. Ouvrez le fichier.";
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-look], [data-viewer] [data-to]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.look) {
      show({ file: link.dataset.look, name: link.textContent.trim(), page: 1, pages: Number(link.dataset.pages) || 0, zoom: ZOOMS[0], turn: 0 });
      figure.scrollIntoView({ block: "nearest" });
      figure.querySelector(".viewer__frame").focus({ preventScroll: true });
    } else if (link.dataset.to === "close") {
      const file = figure.dataset.file;
      figure.hidden = true;
      returning(kept);
      document.querySelector(`[data-look="${CSS.escape(file)}"]`)?.focus();
    } else show(links[link.dataset.to](read()));
  });

  /* --- A mark: what it changes is taken from the page that it leads to; where there is none, the form goes as without this script. */
  const mark = async (button) => {
    const piece = button.closest(".document");
    const heading = piece.getAttribute("aria-labelledby");
    const sent = new URLSearchParams([
      ["csrf", button.form.elements.csrf.value],
      ["command_id", crypto.randomUUID()],
      [button.name, button.value],
      ...[...piece.querySelectorAll("input[name]")].map((field) => [field.name, field.value]),
    ]);
    let fresh = null;
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: sent });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      fresh = page.querySelector(`.document[aria-labelledby="${CSS.escape(heading)}"]`);
    } catch { /* sent by the browser itself, which says what is wrong */ }
    if (!fresh) { button.form.requestSubmit(button); return; }
    piece.replaceWith(document.adoptNode(fresh));
    (fresh.querySelector("[aria-invalid]") || fresh.querySelector(".conformity button"))?.focus();
    marked.textContent = fresh.querySelector(".error, .pill")?.textContent.trim() || "Avis retiré";
  };
  const marked = document.querySelector("[data-marked]");
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".conformity button[formaction]");
    if (!button || !window.isSecureContext) return;
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    mark(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches(".conformity input")) return;
    event.preventDefault();
    event.target.closest("details").querySelector("button").click();
  });
})();
