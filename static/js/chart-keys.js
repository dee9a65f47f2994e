// Buttons and keys of charts: zoom, walk from value to value, download as a picture.
(() => {
  const look = window.chartLook, tools = window.chartTools;
  const made = (figure) => window.Chart?.getChart(figure.querySelector("canvas"));

  function picture(figure) {
    const drawn = made(figure), colors = look.tokens();
    const copy = document.createElement("canvas"), source = drawn.canvas;
    const ratio = source.width / source.clientWidth, head = 62 * ratio;
    copy.width = source.width;
    copy.height = source.height + head;
    const pen = copy.getContext("2d");
    pen.fillStyle = colors.surface;
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.fillStyle = colors.text;
    pen.font = `600 ${14 * ratio}px ${colors.font}`;
    pen.fillText(figure.dataset.name, 8 * ratio, 24 * ratio);
    names(pen, figure, ratio);
    pen.drawImage(source, 0, head);
    save(copy.toDataURL("image/png"), figure.id);
  }
  // The legend is no part of the canvas: what is shown stands under the title.
  function names(pen, figure, ratio) {
    let at = 8 * ratio;
    pen.font = `${12 * ratio}px ${look.tokens().font}`;
    figure.querySelectorAll("[data-legend] [aria-pressed=true]").forEach((one) => {
      const { text2 } = look.tokens(), words = one.textContent;
      pen.fillStyle = one.querySelector(".swatch").style.getPropertyValue("--swatch");
      pen.fillRect(at, 40 * ratio, 10 * ratio, 10 * ratio);
      pen.fillStyle = text2;
      pen.fillText(words, at + 16 * ratio, 50 * ratio);
      at += 32 * ratio + pen.measureText(words).width;
    });
  }
  function save(address, name) {
    const link = document.createElement("a");
    link.href = address;
    link.download = `${name}.png`;
    link.click();
  }
  // Arrow keys show the tooltip of the next value and say it.
  function walk(figure, by) {
    const drawn = made(figure), known = tools.facts.get(drawn);
    const last = known.chart.labels.length - 1, isFresh = known.at < 0 && by === -1;
    known.at = Math.max(0, Math.min(last, isFresh ? last : known.at + by));
    const sets = drawn.data.datasets.flatMap((set, index) => (
      drawn.isDatasetVisible(index) && set.data[known.at] !== null
        ? [{ datasetIndex: index, index: known.at }] : []));
    drawn.setActiveElements(sets);
    const spot = sets.length ? drawn.getDatasetMeta(sets[0].datasetIndex).data[known.at] : { x: 0, y: 0 };
    drawn.tooltip.setActiveElements(sets, { x: spot.x, y: spot.y });
    drawn.update("none");
    const words = sets.map((one) => {
      const set = drawn.data.datasets[one.datasetIndex];
      return `${set.label} ${look.amount(set.data[one.index], known.chart)}`;
    });
    figure.querySelector("[data-said]").textContent =
      `${look.label(known.chart.labels[known.at], true)}: ${words.join(", ")}`;
  }
  const KEYS = {
    ArrowRight: (figure) => walk(figure, 1), ArrowDown: (figure) => walk(figure, 1),
    ArrowLeft: (figure) => walk(figure, -1), ArrowUp: (figure) => walk(figure, -1),
    Home: (figure) => walk(figure, -Infinity), End: (figure) => walk(figure, Infinity),
    "+": (figure) => tools.zoom(made(figure), "in"),
    "-": (figure) => tools.zoom(made(figure), "all"),
  };
  document.addEventListener("keydown", (event) => {
    const figure = event.target.closest?.("canvas")?.closest("[data-chart]");
    const act = figure && !event.ctrlKey && !event.metaKey && KEYS[event.key];
    if (!act || !made(figure)) return;
    event.preventDefault();
    act(figure);
  });
  document.addEventListener("focusout", (event) => {
    const figure = event.target.closest?.("canvas")?.closest("[data-chart]");
    const drawn = figure && made(figure);
    if (!drawn) return;
    drawn.setActiveElements([]);
    drawn.tooltip.setActiveElements([], { x: 0, y: 0 });
    drawn.update("none");
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-png], [data-zoom]");
    const figure = button?.closest("[data-chart]");
    if (!figure || !made(figure)) return;
    if (button.dataset.zoom) tools.zoom(made(figure), button.dataset.zoom);
    else picture(figure);
  });
  window.savePicture = save;
})();
