// What a person does with a chart: hide a series, zoom, walk with the keys, keep it.
(() => {
  const look = window.chartLook;
  const facts = new WeakMap();
  const LEAST_TO_ZOOM = 8;

  const isRound = (chart) => chart.type === "doughnut";
  const names = (chart) => (isRound(chart) ? chart.labels : chart.series.map((one) => one.label));

  function legend(list, made, chart, hidden) {
    list.replaceChildren();
    if (!isRound(chart) && (chart.series.length < 2 || chart.type === "funnel")) return;
    names(chart).forEach((name, index) => {
      const item = document.createElement("li"), button = document.createElement("button");
      const mark = document.createElement("span");
      const set = made.data.datasets[isRound(chart) ? 0 : index];
      const color = isRound(chart) ? set.backgroundColor[index] : set.pointBackgroundColor;
      mark.className = set.borderDash?.length ? "swatch swatch-dash" : "swatch";
      mark.style.setProperty("--swatch", color);
      button.type = "button";
      button.append(mark, isRound(chart) ? `${name}  ${look.amount(set.data[index], chart)}` : name);
      button.setAttribute("aria-pressed", String(!hidden.includes(index)));
      button.addEventListener("click", () => {
        const isShown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(isShown));
        show(made, index, isShown);
        made.update();
      });
      item.append(button);
      list.append(item);
      if (hidden.includes(index)) show(made, index, false);
    });
    if (hidden.length) made.update("none");
  }
  function show(made, index, isShown) {
    const { chart } = facts.get(made);
    if (!isRound(chart)) made.setDatasetVisibility(index, isShown);
    else if (made.getDataVisibility(index) !== isShown) made.toggleDataVisibility(index);
  }
  // Which entries of the legend were off, for a chart that is drawn anew.
  function hidden(made) {
    const known = made && facts.get(made);
    if (!known) return [];
    const buttons = [...known.figure.querySelectorAll("[data-legend] button")];
    return buttons.flatMap((one, i) => (one.getAttribute("aria-pressed") === "false" ? [i] : []));
  }
  function furnish(figure, made, chart, off) {
    facts.set(made, { figure, chart, at: -1 });
    const list = figure.querySelector("[data-legend]");
    if (list) legend(list, made, chart, off);
    const png = figure.querySelector("[data-png]");
    if (png) png.hidden = false;
    const zooms = figure.querySelector("[data-zoom-tools]");
    if (zooms) zooms.hidden = !canZoom(made, chart);
    zoomed(made);
  }
  const canZoom = (made, chart) => Boolean(made.zoom) && look.isTimed(chart)
    && chart.labels.length >= LEAST_TO_ZOOM;

  function zoomed(made) {
    const isIn = made.isZoomedOrPanned?.() ?? false;
    const { figure } = facts.get(made) || {};
    figure?.querySelectorAll("[data-zoom]:not([data-zoom=in])").forEach((one) => { one.hidden = !isIn; });
  }
  function zoom(made, way) {
    const { chart } = facts.get(made);
    if (!canZoom(made, chart)) return;
    const step = made.chartArea.width / 2;
    if (way === "in") made.zoom({ x: 1.6 });
    else if (way === "all") made.resetZoom();
    else made.pan({ x: way === "earlier" ? step : -step }, undefined, "none");
    zoomed(made);
  }
  window.chartTools = { furnish, hidden, zoomed, zoom, facts };
})();
