/* Parvis: the town's map, fetched when it is asked for. A point is placed by touch, mouse, keyboard or where the device is, and said
   in words; nothing leaves the page before its form does. services/townhall/positions.py says points in the same words. */
(() => {
  "use strict";
  const DECIMALS = 5; // of a degree: a metre
  const METRES_OF_A_DEGREE = 111320;
  const DIRECTIONS = ["au nord", "au nord-est", "à l’est", "au sud-est", "au sud", "au sud-ouest", "à l’ouest", "au nord-ouest"];
  const OUTSIDE = "Ce point est en dehors de la commune : placez-le dans la commune, ou décrivez le lieu.";
  const NO_MAP = "Le plan ne peut pas être affiché pour le moment. Décrivez le lieu : cela suffit.";
  const CLOSE = 17; // the zoom at which a house is seen
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* --- A point in words. */
  const apart = (one, other) => {
    const wide = Math.cos(((one.lat + other.lat) / 2) * Math.PI / 180);
    return [(other.lat - one.lat) * METRES_OF_A_DEGREE, (other.lon - one.lon) * METRES_OF_A_DEGREE * wide];
  };
  const metres = (one, other) => Math.hypot(...apart(one, other));
  const figures = (degrees) => Math.abs(degrees).toFixed(DECIMALS).replace(".", ",");
  const distance = (away) => away < 1000
    ? `${Math.max(10, Math.floor(away / 10 + 0.5) * 10)} m`
    : `${String(Math.floor(away / 100 + 0.5) / 10).replace(".", ",")} km`;
  const direction = (origin, other) => {
    const [north, east] = apart(origin, other);
    return DIRECTIONS[Math.floor(Math.atan2(east, north) * 180 / Math.PI / 45 + 8.5) % 8];
  };
  const inWords = (point, landmarks) => {
    const degrees = `${figures(point.lat)} ${point.lat < 0 ? "S" : "N"}, ${figures(point.lon)} ${point.lon < 0 ? "O" : "E"}`;
    const [near] = [...landmarks].sort((one, other) => metres(one, point) - metres(other, point));
    if (!near) return degrees;
    const away = metres(near, point);
    if (away < 15) return `tout près de « ${near.name} » (${degrees})`;
    return `à ${distance(away)} ${direction(near, point)} de « ${near.name} » (${degrees})`;
  };

  /* --- The library, its style and what is said of the map: once a page. */
  const added = (name, attributes) => new Promise((done, failed) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.addEventListener("load", done);
    made.addEventListener("error", failed);
    document.head.append(made);
  });
  const described = async () => {
    const answer = await fetch("/carte/plan.json");
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  let fetched = null;
  const fetchMap = ({ library, libraryStyle, mapStyle }) => {
    fetched ??= Promise.all([
      described(),
      added("script", { src: library }),
      added("link", { rel: "stylesheet", href: libraryStyle }).then(() => added("link", { rel: "stylesheet", href: mapStyle })),
    ]).then(([plan]) => plan).catch((error) => { fetched = null; throw error; });
    return fetched;
  };

  const drawn = (tool, plan, edges) => {
    const place = tool.querySelector("[data-map-place]");
    const town = L.latLngBounds([edges.south, edges.west], [edges.north, edges.east]);
    const map = L.map(place, {
      attributionControl: false, zoomControl: false, maxBounds: town.pad(0.1), maxBoundsViscosity: 1,
      minZoom: plan.min_zoom, maxZoom: plan.max_zoom + 1, zoomAnimation: !still, fadeAnimation: !still, inertia: !still,
    });
    L.tileLayer(plan.tiles, { bounds: town, minZoom: plan.min_zoom, maxNativeZoom: plan.max_zoom, maxZoom: plan.max_zoom + 1 }).addTo(map);
    L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    map.setView(town.getCenter(), map.getBoundsZoom(town, true), { animate: false }); // the frame is full, names can be read
    place.setAttribute("role", "application"); // arrows and signs are the map's
    place.setAttribute("aria-label", place.dataset.label);
    place.setAttribute("aria-describedby", place.dataset.described);
    const credit = tool.querySelector("[data-map-credit]");
    credit.textContent = plan.attribution;
    credit.hidden = !plan.attribution;
    return map;
  };
  const mark = (words, options = {}) => L.marker([0, 0], {
    keyboard: false,
    icon: L.divIcon({ className: `map__mark${words ? " map__mark--other" : ""}`, html: Object.assign(document.createElement("span"), { textContent: words }), iconSize: words ? [26, 26] : [30, 38], iconAnchor: words ? [13, 13] : [15, 34] }),
    ...options,
  });

  for (const tool of document.querySelectorAll("[data-map]")) {
    const edges = JSON.parse(tool.dataset.edges);
    const open = tool.querySelector("[data-map-open]");
    const panel = tool.querySelector("[data-map-panel]");
    const field = tool.closest(".field");
    const said = (field || tool).querySelector("[data-map-said]");
    let map = null, opening = false;
    const show = (opened) => { panel.hidden = !opened; open.setAttribute("aria-expanded", String(opened)); };
    const opened = async (ready) => {
      if (map) { show(panel.hidden); return; }
      if (opening) return;
      opening = true;
      try {
        const plan = await fetchMap(tool.dataset);
        show(true);
        map = drawn(tool, plan, edges);
        ready(map);
        tool.querySelector("[data-map-place]").focus();
      } catch {
        show(false);
        said.textContent = NO_MAP;
      }
      opening = false;
    };
    tool.hidden = false;

    if (!field) {
      const marks = JSON.parse(tool.dataset.marks);
      open.addEventListener("click", () => opened((ready) => {
        for (const one of marks) mark(one.mark, { interactive: false }).setLatLng([one.lat, one.lon]).addTo(ready);
        ready.fitBounds(L.latLngBounds(marks.map((one) => [one.lat, one.lon])).pad(0.2), { maxZoom: CLOSE, animate: false });
      }));
      continue;
    }

    const [lat, lon] = ["lat", "lon"].map((name) => field.querySelector(`[data-${name}]`));
    const removing = field.querySelector("input[type=checkbox]");
    const remove = tool.querySelector("[data-map-remove]");
    const inside = (point) => edges.south <= point.lat && point.lat <= edges.north && edges.west <= point.lon && point.lon <= edges.east;
    const present = () => lat.value && lon.value ? { lat: Number(lat.value.replace(",", ".")), lon: Number(lon.value.replace(",", ".")) } : null;
    const pin = () => {
      const made = mark("", { draggable: true, autoPan: true });
      made.on("dragend", () => place(read(made.getLatLng())));
      return made;
    };
    let placed = null;
    const read = ({ lat: north, lng: east }) => ({ lat: Number(north.toFixed(DECIMALS)), lon: Number(east.toFixed(DECIMALS)) });
    const shown = () => {
      const point = present();
      remove.hidden = !point;
      if (!map) return;
      if (!point || !inside(point)) { if (placed) placed.remove(); placed = null; return; }
      placed ??= pin();
      placed.setLatLng([point.lat, point.lon]).addTo(map);
    };
    const write = (point) => {
      lat.value = point ? String(point.lat) : "";
      lon.value = point ? String(point.lon) : "";
      if (removing) removing.checked = false;
      for (const kind of ["input", "change"]) lat.dispatchEvent(new Event(kind, { bubbles: true }));
      shown();
    };
    const place = (point) => {
      if (!inside(point)) { said.textContent = OUTSIDE; shown(); return; }
      write(point);
      said.textContent = `Point sur la carte : ${inWords(point, edges.landmarks)}`;
    };
    const ready = (made) => {
      const point = present();
      made.on("click", ({ latlng }) => place(read(latlng)));
      if (point && inside(point)) made.setView([point.lat, point.lon], Math.min(CLOSE, made.getMaxZoom()), { animate: false });
      shown();
    };
    open.addEventListener("click", () => opened(ready));
    remove.addEventListener("click", () => {
      write(null);
      said.textContent = "Le point est retiré de la carte.";
      open.focus();
    });
    tool.querySelector("[data-map-centre]").addEventListener("click", () => place(read(map.getCenter())));
    tool.querySelector("[data-map-place]").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== event.currentTarget) return;
      event.preventDefault();
      place(read(map.getCenter()));
    });
    const here = tool.querySelector("[data-map-here]");
    if (!navigator.geolocation) here.hidden = true;
    here.addEventListener("click", () => {
      said.textContent = "Recherche de votre position…";
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const point = read({ lat: coords.latitude, lng: coords.longitude });
        if (!inside(point)) { said.textContent = "Votre position est en dehors de la commune : placez le point sur la carte, ou décrivez le lieu."; return; }
        map.setView([point.lat, point.lon], Math.min(CLOSE, map.getMaxZoom()), { animate: false });
        place(point);
      }, () => {
        said.textContent = "Votre position n’a pas pu être trouvée : placez le point sur la carte, ou décrivez le lieu.";
      }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
    });
    shown();
  }
})();
