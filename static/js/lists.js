// Lists: filters that submit themselves, boxes that select rows.
(() => {
  const PAUSE_MS = 350;
  let timer = 0;
  function submit(form) {
    clearTimeout(timer);
    // Empty filters do not belong in the address.
    const empty = [...form.elements].filter((field) => field.name && !field.value);
    empty.forEach((field) => { field.disabled = true; });
    form.requestSubmit();
    setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && !event.target.matches("[type=search]")) submit(form);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("form[data-autosubmit] [type=search]")) return;
    if (!event.target.form.hasAttribute("hx-get")) return;
    clearTimeout(timer);
    timer = setTimeout(() => submit(event.target.form), PAUSE_MS);
  });

  // Ticked rows, or all that match: `everything` is the hidden field that says so.
  function count(form) {
    const bar = form.querySelector("[data-bulk-bar]");
    const boxes = [...form.querySelectorAll("[data-bulk-row]")];
    const on = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-bulk-all]");
    if (all) {
      all.checked = on > 0 && on === boxes.length;
      all.indeterminate = on > 0 && on < boxes.length;
    }
    if (!bar) return;
    bar.hidden = on === 0;
    bar.querySelector("[data-bulk-count]").textContent = on.toLocaleString(
      document.documentElement.lang,
    );
    const offer = bar.querySelector("[data-bulk-offer]");
    // On a phone there is no head box: one row is enough to be offered all.
    if (offer) offer.hidden = on === 0;
    if (on) form.dispatchEvent(new CustomEvent("bulk-all"));
  }
  function choose(form, isEverything) {
    const everything = form.querySelector("[data-bulk-everything]");
    if (!everything) return;
    everything.value = isEverything ? "1" : "";
    form.querySelector("[data-bulk-some]").hidden = isEverything;
    form.querySelector("[data-bulk-every]").hidden = !isEverything;
    const link = form.querySelector("[data-bulk-choose]");
    if (link) link.hidden = isEverything;
  }
  function tick(form, isOn) {
    form.querySelectorAll("[data-bulk-row]").forEach((box) => { box.checked = isOn; });
    choose(form, false);
    count(form);
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (!form || !event.target.matches("[data-bulk-all], [data-bulk-row]")) return;
    if (event.target.matches("[data-bulk-all]")) tick(form, event.target.checked);
    choose(form, false);
    count(form);
  });
  document.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-bulk-clear]");
    if (clear) tick(clear.closest("form"), false);
    const every = event.target.closest("[data-bulk-choose]");
    if (!every || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(every.closest("form"), true);
    // The link is gone: the keyboard goes on with the first act.
    every.closest("[data-bulk-bar]").querySelector("select, [name=act]").focus();
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-bulk]").forEach((form) => {
      choose(form, false);
      count(form);
    });
  });
})();
