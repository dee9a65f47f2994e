// The character doctor: marks what forces UCS-2 in the text itself, and replaces it.
(() => {
  const form = document.querySelector("[data-composer]");
  const text = form?.querySelector("textarea[name=text]");
  if (!text || !globalThis.smsSpellings) return;

  // A sheet behind the text with the same letters, of which only the marks are seen.
  const frame = document.createElement("div");
  const sheet = document.createElement("div");
  frame.className = "marked-text";
  sheet.className = "marked-text-sheet";
  sheet.setAttribute("aria-hidden", "true");
  text.before(frame);
  frame.append(sheet, text);

  // What is spoken has no dear characters.
  const isSpoken = () => new FormData(form).get("channel") === "voice";
  function draw() {
    const isPlain = isSpoken();
    const parts = globalThis.smsSpellings.pieces(text.value).map(([piece, isForeign]) => {
      if (!isForeign || isPlain) return piece;
      const mark = document.createElement("mark");
      mark.textContent = piece;
      return mark;
    });
    // A last line without a letter has no height of its own.
    sheet.replaceChildren(...parts, "\n");
    follow();
  }
  function follow() {
    sheet.scrollTop = text.scrollTop;
  }
  function write(value) {
    if (value === text.value) return;
    text.value = value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // What values of recipients bring is replaced by an option of the campaign.
  function spell(button) {
    const option = form.querySelector("[name=has_plain_values]");
    option.checked = button.value === "plain_values";
    option.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-replace], [data-replace-all], [data-plain-values]");
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-plain-values]")) return void spell(button);
    const wanted = button.matches("[data-replace]") ? [button.value] : null;
    write(globalThis.smsSpellings.replaced(text.value, wanted));
    text.focus();
  });
  text.addEventListener("input", draw);
  form.addEventListener("change", draw);
  text.addEventListener("scroll", follow);
  draw();
})();
