// Choosing some of many: a search box, and what is chosen moves to the top.
(() => {
  const plain = (text) => text.normalize("NFKD").toLocaleLowerCase();

  function search(picker, box) {
    const wanted = plain(box.value.trim());
    let shown = 0;
    picker.querySelectorAll("[data-picker-list] > li").forEach((line) => {
      line.hidden = !plain(line.textContent).includes(wanted);
      shown += line.hidden ? 0 : 1;
    });
    picker.querySelector("[data-picker-none]").hidden = shown > 0;
  }
  function move(picker, box) {
    const line = box.closest("li");
    const to = box.checked ? "[data-picker-chosen]" : "[data-picker-list]";
    picker.querySelector(to).append(line);
    line.hidden = false;
    box.focus();
  }
  document.querySelectorAll("[data-picker]").forEach((picker) => {
    const box = picker.querySelector("[data-picker-search]");
    if (box) {
      box.hidden = false;
      // The words of a search are nothing of the form.
      box.addEventListener("input", (event) => {
        event.stopPropagation();
        search(picker, box);
      });
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter") event.preventDefault();
      });
    }
    picker.addEventListener("change", (event) => {
      if (event.target.matches("[type=checkbox]")) move(picker, event.target);
    });
  });
})();
