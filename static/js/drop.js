// A file field that one can drop a file on, and that says what it holds.
(() => {
  const UNITS = ["B", "kB", "MB", "GB"];
  function size(bytes) {
    const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes || 1) / 3));
    const lang = document.documentElement.lang;
    const value = (bytes / 1000 ** step).toLocaleString(lang, {
      maximumFractionDigits: 1,
    });
    return `${value} ${UNITS[step]}`;
  }
  function show(zone) {
    const file = zone.querySelector("input[type=file]").files[0];
    const name = zone.querySelector("[data-drop-name]");
    zone.classList.toggle("has-file", Boolean(file));
    name.hidden = !file;
    name.textContent = file ? `${file.name} (${size(file.size)})` : "";
  }
  document.addEventListener("change", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (zone) show(zone);
  });
  document.addEventListener("dragover", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("is-over");
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
