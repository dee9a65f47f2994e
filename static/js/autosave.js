// A draft saves itself after a pause in typing, when something changed.
(() => {
  const PAUSE_MS = 1200;
  const form = document.querySelector("form[data-composer]");
  const saver = form?.querySelector("[data-autosave]");
  if (!saver) return;
  // What the page says about itself, and what is no part of the draft.
  const ASIDE = new Set(["csrfmiddlewaretoken", "draft", "revision", "page", "at", "file", "template", "template_name"]);
  let timer = 0;

  function content() {
    const pairs = [...new FormData(form)].filter(([name]) => !ASIDE.has(name));
    return JSON.stringify(pairs);
  }
  let saved = content();
  let sent = saved;

  function save() {
    clearTimeout(timer);
    sent = content();
    if (sent !== saved) window.htmx.trigger(saver, "autosave");
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== saver) return;
    if (event.detail.successful) saved = sent;
    else soon();
  });
  // A file is added as soon as it is chosen.
  const upload = form.querySelector("[data-upload]");
  upload?.querySelector("[type=file]").addEventListener("change", (event) => {
    if (event.target.files.length) form.requestSubmit(upload.querySelector("button"));
  });
})();
