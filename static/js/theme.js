// Runs before the first paint: sets the colours that the person chose.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    const chosen = root.dataset.theme || "auto";
    const isDark = chosen === "dark" || (chosen === "auto" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  dark.addEventListener("change", apply);
  document.addEventListener("themechosen", apply);
  apply();
})();
