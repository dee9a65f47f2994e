// Ctrl K: a list of all pages and actions, fetched once, narrowed by typing.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const none = dialog.querySelector(".palette-none");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = () => [...dialog.querySelectorAll("[role=option]")];
  const shown = () => rows().filter((row) => !row.hidden);

  function mark(row) {
    rows().forEach((other) => {
      other.setAttribute("aria-selected", String(other === row));
      other.classList.toggle("is-current", other === row);
    });
    input.setAttribute("aria-activedescendant", row?.id ?? "");
    row?.scrollIntoView({ block: "nearest" });
  }
  // Words that name no page are a number to write to, or somebody to look for.
  function offer(typed) {
    dialog.querySelectorAll("[data-takes]").forEach((row) => {
      const address = new URL(row.href);
      address.searchParams.set(row.dataset.takes, typed);
      row.href = address;
      row.querySelector("[data-typed]").textContent = typed;
      row.hidden = !typed || !new RegExp(row.dataset.pattern).test(typed);
    });
  }
  function narrow() {
    const typed = input.value.trim();
    const words = plain(typed).split(/\s+/).filter(Boolean);
    rows().forEach((row) => {
      const text = plain(row.textContent);
      row.hidden = "takes" in row.dataset || !words.every((word) => text.includes(word));
    });
    if (!shown().length) offer(typed);
    const left = shown();
    none.hidden = left.length > 0 || rows().length === 0;
    mark(left[0]);
  }
  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.value = "";
    narrow();
    const body = dialog.querySelector("[hx-get]");
    if (rows().length === 0) window.htmx?.trigger(body, "palette-open");
  }
  dialog.addEventListener("htmx:afterSettle", narrow);
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    const left = shown();
    const at = left.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(left[(at + 1) % left.length]);
    else if (event.key === "ArrowUp") mark(left[(at - 1 + left.length) % left.length]);
    else if (event.key === "Enter") left[at]?.click();
    // A browser would only empty the field.
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]") || event.ctrlKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
})();
