// A column that becomes a new field is asked for its name and kind.
(() => {
  function show(row) {
    const target = row.querySelector("select");
    const asked = row.querySelector("[data-new]");
    asked.hidden = target.value !== "new";
    row.classList.toggle("is-left-out", target.value === "");
  }
  document.querySelectorAll("[data-mapping]").forEach((row) => {
    row.querySelector("select").addEventListener("change", () => show(row));
    // A browser that comes back keeps what was chosen.
    show(row);
  });
})();
