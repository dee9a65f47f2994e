// Opens <dialog> for [data-dialog="id"]; asks for a word where one is required.
(() => {
  function words(dialog) {
    const input = dialog.querySelector("[data-word]");
    const button = dialog.querySelector("[data-needs-word]");
    if (!input || !button) return;
    const check = () => {
      button.disabled = input.value.trim() !== input.dataset.word;
    };
    input.addEventListener("input", check);
    check();
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      opener.closest("details.menu")?.removeAttribute("open");
      words(dialog);
      dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) closer.closest("dialog").close();
    // A click on the backdrop hits the dialog itself.
    if (event.target.tagName === "DIALOG") {
      const box = event.target.getBoundingClientRect();
      const isInside = event.clientX >= box.left && event.clientX <= box.right
        && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!isInside) event.target.close();
    }
  });
  document.addEventListener("submit", (event) => {
    // A second click must not post twice.
    const button = event.submitter;
    if (!button || event.target.method === "dialog") return;
    setTimeout(() => {
      if (event.defaultPrevented || button.hasAttribute("data-again")) return;
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
    });
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    });
  });
})();
