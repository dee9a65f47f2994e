// Reads a call aloud with the browser's own voice; without one the button stays away.
(() => {
  const voice = globalThis.speechSynthesis;
  if (!voice || !globalThis.SpeechSynthesisUtterance) return;

  function show() {
    document.querySelectorAll("[data-listen]").forEach((button) => {
      button.hidden = !button.closest("[data-heard]").querySelector("[data-say]");
    });
  }
  function play(pieces) {
    const piece = pieces.shift();
    if (!piece) return;
    if (piece.dataset.pause) {
      setTimeout(() => play(pieces), Number(piece.dataset.pause) * 1000);
      return;
    }
    const words = new SpeechSynthesisUtterance(piece.textContent);
    words.lang = document.documentElement.lang;
    words.addEventListener("end", () => play(pieces));
    voice.speak(words);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-listen]");
    if (!button) return;
    const heard = button.closest("[data-heard]");
    voice.cancel();
    play([...heard.querySelectorAll("[data-say], [data-pause]")]);
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
