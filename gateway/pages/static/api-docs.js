// Tries the API: reads the OpenAPI document and gives each operation a form, its request and its answer.
(() => {
  "use strict";
  const root = document.querySelector("[data-openapi]");
  if (!root) return;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  const field = (id, label, control) => {
    control.id = id;
    return element("div", { class: "field" }, element("label", { for: id }, label), control);
  };

  const input = (placeholder) => element("input", { class: "input", type: "text", autocomplete: "off", placeholder });

  // Session and tracking link, given once for the whole page; a browser that is logged in needs neither.
  const session = input("");
  const tracking = input("");
  root.querySelector("[data-credentials]").append(
    field("credential-session", "Session (Authorization: Bearer), si vous n’êtes pas connecté ici", session),
    field("credential-tracking", "Jeton d’un lien de suivi (Parvis-Tracking)", tracking),
  );

  const follow = (api, schema) => {
    if (!schema || !schema.$ref) return schema || {};
    return schema.$ref.replace("#/", "").split("/").reduce((part, name) => part[name], api);
  };

  const send = async (method, address, headers, body, output) => {
    output.textContent = "…";
    const began = performance.now();
    try {
      const answer = await fetch(address, { method, headers, body });
      const text = await answer.text();
      const milliseconds = Math.round(performance.now() - began);
      let shown = text;
      try {
        shown = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // not JSON: shown as it came
      }
      output.textContent = `${answer.status} ${answer.statusText} (${milliseconds} ms)\n${shown}`;
    } catch {
      output.textContent = "Le service n’a pas répondu. Réessayez dans un moment.";
    }
  };

  const open = (api, place) => {
    const { operation: id, method, path } = place.dataset;
    const described = api.paths[path][method.toLowerCase()];
    const shared = api.paths[path].parameters || [];
    const parameters = [...shared, ...(described.parameters || [])].map((one) => follow(api, one));
    const controls = parameters.map((parameter) => [parameter, input(parameter.schema?.format || "")]);
    const content = described.requestBody?.content || {};
    const form = element("form", { action: path, method: "get", class: "form", novalidate: "" });
    controls.forEach(([parameter, control]) => {
      const needed = parameter.required ? " (obligatoire)" : "";
      form.append(field(`${id}-${parameter.name}`, `${parameter.name}${needed}`, control));
    });
    let text = null;
    let file = null;
    if (content["application/json"]) {
      text = element("textarea", { class: "input", rows: "10", spellcheck: "false" });
      text.value = JSON.stringify(content["application/json"].example, null, 2);
      form.append(field(`${id}-body`, "Corps de la requête (JSON)", text));
    }
    const parts = [];
    if (content["multipart/form-data"]) {
      const names = Object.keys(follow(api, content["multipart/form-data"].schema).properties).filter((name) => name !== "file");
      names.forEach((name) => {
        const control = input(content["multipart/form-data"].example[name] ?? "");
        parts.push([name, control]);
        form.append(field(`${id}-part-${name}`, name, control));
      });
      file = element("input", { class: "input", type: "file" });
      form.append(field(`${id}-file`, "Fichier", file));
    }
    const output = element("pre", { role: "status", tabindex: "0" });
    form.append(element("p", { class: "actions" }, element("button", { type: "submit", class: "btn" }, "Envoyer la requête")), output);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const headers = {};
      if (session.value) headers.Authorization = `Bearer ${session.value}`;
      if (tracking.value) headers["Parvis-Tracking"] = tracking.value;
      const query = new URLSearchParams();
      let address = path;
      controls.forEach(([parameter, control]) => {
        if (!control.value) return;
        if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(control.value));
        if (parameter.in === "query") query.set(parameter.name, control.value);
        if (parameter.in === "header") headers[parameter.name] = control.value;
      });
      let body;
      if (text) {
        headers["Content-Type"] = "application/json";
        body = text.value;
      }
      if (file) {
        body = new FormData();
        parts.filter(([, control]) => control.value).forEach(([name, control]) => body.append(name, control.value));
        if (file.files[0]) body.append("file", file.files[0]);
      }
      send(method, query.size ? `${address}?${query}` : address, headers, body, output);
    });
    place.append(form);
  };

  fetch(root.dataset.openapi)
    .then((answer) => answer.json())
    .then((api) => {
      root.querySelectorAll("[data-operation]").forEach((place) => {
        if (place.open) open(api, place); // by somebody who was faster than the document
        else place.addEventListener("toggle", () => open(api, place), { once: true });
      });
    });
})();
