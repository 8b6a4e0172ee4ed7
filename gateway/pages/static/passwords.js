/* Parvis: a button beside each password field that shows what is typed. */
(() => {
  "use strict";

  /* It is hidden again before the form leaves, so that the browser treats it as a password. */
  for (const field of document.querySelectorAll("main input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--plain btn--small";
    const show = (shown) => {
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "Masquer" : "Afficher";
      button.setAttribute("aria-label", `${button.textContent} : ${field.labels[0].firstChild.textContent.trim()}`);
    };
    show(false);
    button.addEventListener("click", () => show(field.type === "password"));
    field.form.addEventListener("submit", () => show(false));
    field.after(button);
  }
})();
