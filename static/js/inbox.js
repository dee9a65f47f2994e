// The inbox: the open conversation is marked and read from its end, j and k open it.
(() => {
  const inbox = document.querySelector("[data-inbox]");
  if (!inbox) return;
  const wide = matchMedia("(min-width: 1440px)");
  let wasAtEnd = true;

  // Beside the list the pane scrolls, on a phone the page does.
  function scroller() {
    const box = inbox.querySelector("[data-scroll]");
    return box && getComputedStyle(box).overflowY === "auto" ? box : document.scrollingElement;
  }
  function isAtEnd() {
    const box = scroller();
    return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  }
  function toEnd() {
    if (!inbox.querySelector("[data-scroll]")) return;
    const box = scroller();
    const fresh = inbox.querySelector(".thread-new");
    if (fresh && box.scrollHeight > box.clientHeight) fresh.scrollIntoView({ block: "center" });
    else box.scrollTop = box.scrollHeight;
  }
  function mark() {
    const open = inbox.querySelector("[data-conversation]")?.dataset.conversation;
    inbox.classList.toggle("has-talk", Boolean(open));
    inbox.querySelectorAll("#inbox-list .row-link").forEach((link) => {
      const isOpen = open && link.closest("li").id === `c-${open}`;
      if (isOpen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  function card() {
    const about = inbox.querySelector("[data-card]");
    if (about && wide.matches) about.open = true;
  }
  function title() {
    const unread = Number(inbox.querySelector("#inbox-news")?.dataset.unread || 0);
    const plain = document.title.replace(/^\(\d+\) /, "");
    document.title = unread ? `(${unread}) ${plain}` : plain;
  }
  function opened() {
    mark();
    card();
    title();
    toEnd();
  }
  // Rows that are drawn anew stay ticked; lists.js counts them again.
  const ticked = new Set();
  function boxes() {
    return [...inbox.querySelectorAll("#inbox-list [data-bulk-row]")];
  }
  function keepTicks() {
    boxes().filter((box) => box.checked).forEach((box) => ticked.add(box.value));
  }
  function tickAgain() {
    if (ticked.size === 0) return;
    const again = boxes().filter((box) => ticked.has(box.value));
    again.forEach((box) => { box.checked = true; });
    ticked.clear();
    const form = inbox.querySelector("form[data-bulk]");
    (again[0] || form)?.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("htmx:oobBeforeSwap", keepTicks);
  document.addEventListener("htmx:beforeSwap", () => { wasAtEnd = isAtEnd(); });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "talk") opened();
    else if (event.detail.target?.id === "inbox-news" || event.detail.elt?.id === "inbox-news") {
      mark();
      title();
      if (wasAtEnd) toEnd();
    }
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    tickAgain();
    mark();
    title();
    if (wasAtEnd) toEnd();
  });
  // The keys have moved the focus already (shortcuts.js); beside each other it opens.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "j" && event.key !== "k") return;
    if (event.ctrlKey || event.metaKey || event.altKey || !event.defaultPrevented) return;
    const link = document.activeElement;
    const isSideBySide = matchMedia("(min-width: 960px)").matches;
    if (isSideBySide && link?.matches("#inbox-list .row-link")) link.click();
  });
  wide.addEventListener("change", card);
  opened();
})();
