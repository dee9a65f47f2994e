// The composer: variables at the caret, a count that keeps up with typing.
(() => {
  const form = document.querySelector("[data-composer]");
  const text = form?.querySelector("textarea[name=text]");
  if (!text) return;

  function changed() {
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function insert(token) {
    text.focus();
    text.setRangeText(token, text.selectionStart, text.selectionEnd, "end");
    changed();
  }
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-insert]");
    if (chip) insert(chip.dataset.insert);
  });

  function preview() {
    const data = document.getElementById("preview-values");
    return data ? JSON.parse(data.textContent) : { values: {}, files: [], link: "" };
  }
  // The same grammars as messaging/placeholders.py and messaging/rendering.py; the
  // server has the last word.
  function filled() {
    const { values: known, files, link } = preview();
    const linked = text.value.trimEnd()
      .replace(/\[\[([^[\]\n]+)\]\]/g, (whole, name) => (files.includes(name) ? link : whole));
    return linked.replace(/\{\{([^{}]*)\}\}/g, (_whole, inside) => {
      const bar = inside.indexOf("|");
      const name = (bar < 0 ? inside : inside.slice(0, bar)).trim().toLowerCase();
      const value = (known[name] || "").trim().replace(/\s+/g, " ");
      return value || (bar < 0 ? `[${name}]` : inside.slice(bar + 1).trim());
    }).normalize("NFC");
  }
  function number(n) {
    return n.toLocaleString(document.documentElement.lang || "en");
  }
  function count() {
    const place = form.querySelector("[data-count]");
    if (!place) return;
    const size = globalThis.smsParts.measure(filled());
    const words = place.dataset;
    const length = (words[size.encoding] || "").replace("%s", number(size.units))
      .replace("%s", number(globalThis.smsParts.room(size)));
    const parts = size.parts === 1 ? words.one : words.many.replace("%s", number(size.parts));
    place.textContent = size.parts ? `${parts} · ${length}` : "";
  }
  text.addEventListener("input", count);
  document.addEventListener("htmx:oobAfterSwap", count);
  document.addEventListener("htmx:afterSettle", count);
  count();
})();
