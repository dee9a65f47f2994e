// The line at the top while htmx waits; no polling while nobody looks.
(() => {
  const line = document.querySelector("[data-line]");
  let running = 0;
  const isPoll = (event) => event.detail.requestConfig?.triggeringEvent === undefined;
  function change(by, event) {
    if (isPoll(event)) return;
    running = Math.max(0, running + by);
    line?.classList.toggle("is-busy", running > 0);
  }
  document.addEventListener("htmx:beforeSend", (event) => change(1, event));
  document.addEventListener("htmx:afterRequest", (event) => change(-1, event));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const source = event.detail.elt.getAttribute("hx-trigger") || "";
    if (document.hidden && /every/.test(source)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    // "load" of a returning tab: ask what became of the work at once.
    document.querySelectorAll('[hx-trigger*="every"]').forEach((element) => {
      window.htmx?.trigger(element, "tab-shown");
    });
  });
})();
