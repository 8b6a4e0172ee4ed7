/* Parvis: a page of a piece beside the form. Links that lead to another page, size or turn of it, or to another piece, change what is
   shown in place, so that what is typed in the form stays; without this script they read the file of the request anew. */
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
  const returning = (to) => { for (const field of document.querySelectorAll(".conformity [name=retour]")) field.value = to; };
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
      if (to) link.href = `${base}?${query(to)}#vue`;
      else if (links[link.dataset.to]) {
        if (link === document.activeElement) figure.querySelector(".viewer__frame").focus();
        link.removeAttribute("href");
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
})();
