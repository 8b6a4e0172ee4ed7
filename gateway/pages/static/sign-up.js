/* Parvis: what scripts add to the form of a new space. Without them the user name is checked once the form is sent. */
(() => {
  "use strict";

  /* --- Whether the user name is free is shown beside it, a moment after the last key. */
  const said = document.querySelector("[data-username]");
  if (said) {
    const field = document.getElementById(said.dataset.username);
    let waiting = 0;
    let asked = 0;
    const check = async () => {
      const name = field.value.trim();
      const mine = ++asked;
      said.textContent = "";
      if (!name) return;
      const answer = await fetch("/api/v1/accounts/username-checks", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ username: name }),
      }).catch(() => null);
      if (!answer || !answer.ok || mine !== asked) return; // shown once the form is sent
      const { state, sentence } = await answer.json();
      said.textContent = sentence;
      said.dataset.state = state;
    };
    field.addEventListener("input", () => {
      asked += 1;
      clearTimeout(waiting);
      waiting = setTimeout(check, 600);
    });
  }

  /* --- Where a part is shown at a time, Enter leads to the next one: only the last has the form's button. */
  for (const form of document.querySelectorAll(".parts")) {
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches("input")) return;
      const next = event.target.closest(".part").querySelector(".part__links .btn");
      if (next) { event.preventDefault(); next.click(); }
    });
  }

  /* --- A phone as the preferred means of contact has to be given: its fold opens. */
  for (const choice of document.querySelectorAll("[name=preferred_contact]")) {
    choice.addEventListener("change", () => {
      const phone = choice.form.elements[choice.value];
      const fold = phone && phone.closest && phone.closest("details");
      if (fold) fold.open = true;
    });
  }
})();
