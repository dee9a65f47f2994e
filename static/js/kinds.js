// Shows what belongs to the chosen kind of a field: choices, words for yes and no.
(() => {
  document.querySelectorAll("[data-kinds]").forEach((form) => {
    const kind = form.querySelector("[name=kind]");
    const show = () => {
      form.querySelectorAll("[data-kind]").forEach((part) => {
        part.hidden = part.dataset.kind !== kind.value;
      });
    };
    kind.addEventListener("change", show);
    show();
  });
})();
