// Keys: / searches, j and k walk through rows, x selects, ? lists the keys; [data-key].
(() => {
  const dialog = document.getElementById("keys");
  let at = null;
  document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = false;
  });
  function isTyping(target) {
    return target.closest("input, textarea, select, dialog[open], [contenteditable]");
  }
  // A row that was drawn anew is the same row.
  function current() {
    return at && !at.isConnected && at.id ? document.getElementById(at.id) : at;
  }
  function walk(step) {
    const rows = [...document.querySelectorAll("tr:has(.row-link), [data-row]")];
    if (rows.length === 0) return;
    const from = rows.indexOf(current());
    const next = Math.max(0, Math.min(rows.length - 1, from + step));
    at = rows[next];
    const link = at.querySelector(".row-link") || at;
    link.focus({ preventScroll: true });
    at.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    j: () => walk(1),
    k: () => walk(-1),
    x: () => current()?.querySelector("[data-bulk-row]")?.click(),
    "?": () => dialog?.showModal(),
  };
  // What the page itself offers: the first in sight that carries the key.
  function press(key) {
    const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)]
      .find((element) => element.getClientRects().length > 0 || element.closest("details"));
    found?.focus();
    found?.click();
    return Boolean(found);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = keys[event.key];
    if (act ? act() || true : press(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) dialog?.showModal();
  });
})();
