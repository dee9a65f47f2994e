// Copy buttons; hidden without scripts, and where the browser lets nobody copy (plain http).
(() => {
  const SHOWN_MS = 1500;
  function reveal(root) {
    root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const use = button.querySelector("use");
    const before = use.getAttribute("href");
    use.setAttribute("href", before.replace(/#.*/, "#check"));
    const detail = { level: "success", text: button.dataset.done };
    document.dispatchEvent(new CustomEvent("toast", { detail }));
    setTimeout(() => use.setAttribute("href", before), SHOWN_MS);
  });
  document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));
  reveal(document);
})();
