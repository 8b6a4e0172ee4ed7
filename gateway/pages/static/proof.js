/* Parvis: the proof of work beside a security code, found while the person types. Without it fewer codes are accepted from
   one address. The browser's own PBKDF2 works outside the page's thread; only https and localhost offer it. */
(() => {
  "use strict";
  const field = document.querySelector("[name=captcha_proof]");
  if (!field || !window.crypto || !crypto.subtle) return;
  const text = new TextEncoder();
  const zeroBits = Number(field.dataset.zeroBits);
  const slowHash = {
    name: "PBKDF2",
    hash: "SHA-256",
    salt: text.encode(field.dataset.salt),
    iterations: Number(field.dataset.iterations),
  };
  const isProof = async (number) => {
    const key = await crypto.subtle.importKey("raw", text.encode(String(number)), "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(slowHash, key, 256);
    return new DataView(bits).getUint32(0) >>> (32 - zeroBits) === 0;
  };
  let found = false;
  let waiting = null; // the button pressed before the proof was there
  field.form.addEventListener("submit", (event) => {
    if (found || (event.submitter && event.submitter.formNoValidate)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event.submitter || field.form;
  }, true);
  (async () => {
    try {
      let number = 0;
      while (!(await isProof(number))) number += 1;
      field.value = String(number);
    } finally {
      found = true; // a browser that cannot: the form goes without
      if (waiting) field.form.requestSubmit(waiting === field.form ? null : waiting);
    }
  })();
})();
