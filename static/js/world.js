// The map of the world: says what a country has, looks closer, goes into a picture.
(() => {
  const look = window.chartLook;

  function furnish(root) {
    const maps = [...root.querySelectorAll("[data-world]")];
    if (root.matches?.("[data-world]")) maps.push(root);
    maps.forEach((map) => { map.querySelector("[data-world-tools]").hidden = false; });
  }
  function tell(link) {
    const map = link.closest("[data-world]"), tip = map.querySelector("[data-world-tip]");
    const spot = link.getBoundingClientRect(), frame = map.getBoundingClientRect();
    tip.textContent = link.getAttribute("aria-label");
    tip.hidden = false;
    const half = tip.offsetWidth / 2, wanted = spot.left + spot.width / 2 - frame.left;
    const left = Math.max(half, Math.min(frame.width - half, wanted));
    tip.style.left = `${left}px`;
    tip.style.top = `${Math.max(tip.offsetHeight + 12, spot.top - frame.top)}px`;
  }
  function hush(link) {
    link.closest("[data-world]").querySelector("[data-world-tip]").hidden = true;
  }
  function view(button) {
    const map = button.closest("[data-world]");
    map.querySelector("svg").setAttribute("viewBox", button.dataset.view);
    map.querySelectorAll("[data-view]").forEach((one) => {
      one.setAttribute("aria-pressed", String(one === button));
    });
  }
  // Another file's shapes are not drawn into a picture, so they are fetched and copied.
  async function picture(map) {
    const svg = map.querySelector("svg"), file = svg.querySelector("use").getAttribute("href");
    const answer = await fetch(file.split("#")[0]);
    const shapes = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
    const drawn = svg.cloneNode(true);
    [...drawn.querySelectorAll("use")].forEach((use, index) => {
      const style = getComputedStyle(svg.querySelectorAll("use")[index]);
      const shape = shapes.getElementById(use.getAttribute("href").split("#")[1]).cloneNode(true);
      shape.setAttribute("fill", style.fill);
      shape.setAttribute("stroke", style.stroke);
      shape.setAttribute("stroke-width", "0.5");
      use.replaceWith(shape);
    });
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    drawn.setAttribute("width", 1600);
    drawn.setAttribute("height", Math.round((1600 * height) / width));
    const text = new XMLSerializer().serializeToString(drawn);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = image.width;
    canvas.height = image.height;
    pen.fillStyle = look.tokens().surface;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0);
    window.savePicture(canvas.toDataURL("image/png"), map.id);
  }
  const inWorld = (event) => event.target.closest?.("[data-world] a");
  ["pointerover", "focusin"].forEach((name) => document.addEventListener(name, (event) => {
    if (inWorld(event)) tell(inWorld(event));
  }));
  ["pointerout", "focusout"].forEach((name) => document.addEventListener(name, (event) => {
    if (inWorld(event)) hush(inWorld(event));
  }));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view], [data-world-png]");
    if (!button) return;
    if (button.dataset.view) view(button);
    else picture(button.closest("[data-world]"));
  });
  document.addEventListener("htmx:load", (event) => furnish(event.detail.elt));
  furnish(document);
})();
