// Prints in the light theme, charts too, with every folded table open.
(() => {
  const root = document.documentElement;
  let theme = null, opened = [];

  function set(value) {
    root.dataset.bsTheme = value;
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  addEventListener("beforeprint", () => {
    theme = root.dataset.bsTheme;
    if (theme === "dark") set("light");
    opened = [...document.querySelectorAll("main details.fold:not([open])")];
    opened.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => {
    if (theme === "dark") set("dark");
    opened.forEach((fold) => { fold.open = false; });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  function reveal(found) {
    found.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
  }
  document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));
  reveal(document);
})();
