// Notices at the edge: Django's messages, the HX-Trigger event "toast", failures.
(() => {
  const STAY_MS = 6000;
  const region = () => document.getElementById("toasts");

  function dress(note) {
    if (note.dataset.ready) return;
    note.dataset.ready = "1";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", region().dataset.close);
    close.addEventListener("click", () => note.remove());
    note.append(close);
    if (note.dataset.level === "error") return;
    let timer = setTimeout(() => note.remove(), STAY_MS);
    note.addEventListener("pointerenter", () => clearTimeout(timer));
    note.addEventListener("focusin", () => clearTimeout(timer));
    note.addEventListener("pointerleave", () => {
      timer = setTimeout(() => note.remove(), STAY_MS);
    });
  }

  function show(level, text) {
    const icons = document.getElementById("toast-icons").content;
    const drawn = icons.querySelector(`[data-for="${level}"] svg`);
    const note = document.createElement("li");
    const words = document.createElement("div");
    note.className = "toast-note";
    note.dataset.level = level;
    words.textContent = text;
    if (level === "error") note.setAttribute("role", "alert");
    if (drawn) note.append(drawn.cloneNode(true));
    note.append(words);
    region().append(note);
    dress(note);
  }

  document.addEventListener("toast", (event) => {
    const { level = "info", text, value } = event.detail;
    show(level, text || value);
  });
  // A page that asks every few seconds says once that nobody answers.
  function isSaid(event) {
    const isPoll = event.detail.requestConfig?.triggeringEvent === undefined;
    return isPoll && region().querySelector('[data-level="error"]') !== null;
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (isSaid(event)) return;
    const said = event.detail.xhr.getResponseHeader("HX-Trigger") || "";
    if (!said.includes("toast")) show("error", region().dataset.failed);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isSaid(event)) show("error", region().dataset.offline);
  });
  function dressAll() {
    region()?.querySelectorAll(".toast-note").forEach(dress);
  }
  document.addEventListener("htmx:afterSettle", dressAll);
  dressAll();
})();
