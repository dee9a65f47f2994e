// The theme menu: changes colours without leaving the page.
(() => {
  const YEAR_S = 31536000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("themechosen"));
    form.querySelectorAll("[aria-pressed]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    });
    form.closest("details").open = false;
  });
})();
