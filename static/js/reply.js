// Writing an answer: Ctrl+Enter sends, Esc leaves, what was typed waits in this tab.
(() => {
  const store = globalThis.sessionStorage;
  const key = (form) => `answer:${form.dataset.draft}`;

  function restore() {
    const form = document.querySelector("form[data-draft]");
    const text = form?.querySelector("textarea[name=text]");
    if (!text || form.dataset.ready) return;
    form.dataset.ready = "1";
    const kept = store.getItem(key(form));
    if (!kept || text.value) return;
    text.value = kept;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function focus(mode) {
    const box = document.querySelector(mode === "note" ? "#note textarea" : "#reply textarea");
    box?.focus();
  }
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || event.target.name !== "text") return;
    if (event.target.value) store.setItem(key(form), event.target.value);
    else store.removeItem(key(form));
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-mode]")) focus(event.target.dataset.mode);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest(".compose textarea");
    if (!box) return;
    if (event.key === "Escape") box.blur();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const button = box.form.querySelector(".reply-cost button, .compose-foot > .btn-primary");
    if (button && !button.disabled) box.form.requestSubmit(button);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // Sent: what came back is an empty box.
    const form = event.detail.target?.querySelector?.("form[data-draft]");
    const isSent = event.detail.xhr?.getResponseHeader("HX-Trigger")?.includes("inbox-changed");
    if (form && event.detail.target.id === "reply" && isSent) store.removeItem(key(form));
  });
  document.addEventListener("submit", (event) => {
    // Without htmx the page is left; a refused answer comes back in the form.
    if (event.target.matches("form[data-draft]") && !globalThis.htmx) store.removeItem(key(event.target));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    restore();
    if (event.detail.target?.id === "reply" || event.detail.elt?.id === "reply") focus("reply");
  });
  restore();
})();
