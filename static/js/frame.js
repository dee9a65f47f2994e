// The side navigation (fold, drawer) and menus that close when one looks away.
(() => {
  const YEAR_S = 31536000;
  const root = document.documentElement;
  const fold = document.querySelector("[data-fold]");
  if (fold) {
    fold.hidden = false;
    fold.addEventListener("click", () => {
      const isFolded = root.classList.toggle("is-folded");
      fold.setAttribute("aria-pressed", String(isFolded));
      const value = isFolded ? "folded" : "open";
      document.cookie = `side=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
    });
  }
  function closeDrawer() {
    const wasOpen = root.classList.contains("is-drawer");
    if (location.hash === "#side") history.replaceState(null, "", " ");
    root.classList.remove("is-drawer");
    return wasOpen;
  }
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-drawer]");
    if (opener) {
      event.preventDefault();
      root.classList.add("is-drawer");
      document.querySelector("#side a")?.focus();
    } else if (!event.target.closest("#side")) {
      closeDrawer();
    }
    closeMenus(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    closeMenus(null);
    if (closeDrawer()) document.querySelector("[data-drawer]")?.focus();
    open?.querySelector("summary").focus();
  });
  // The keyboard has gone on: what it has left does not stay open over the page.
  document.addEventListener("focusin", (event) => {
    closeMenus(event.target.closest("details.menu"));
    if (!event.target.closest("#side")) closeDrawer();
  });
  // The tab that one is on is in sight, where not all of them have room. Only where tabs
  // are drawn: what moves elsewhere leaves a row where a finger has moved it.
  function showCurrent(place) {
    place.querySelectorAll(":is(.tabs, .segments) [aria-current]").forEach((tab) => {
      const row = tab.closest("ul");
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    });
  }
  document.addEventListener("htmx:afterSettle", (event) => showCurrent(event.target));
  showCurrent(document);
  // What went wrong is read first.
  document.querySelector("[data-focus]")?.focus();
})();
