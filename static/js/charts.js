// Draws every [data-chart]; again after an htmx swap and when the theme changes.
(() => {
  const look = window.chartLook, told = window.chartOptions, tools = window.chartTools;
  const drawn = new Map();

  function draw(figure) {
    const data = document.getElementById(figure.dataset.chart), canvas = figure.querySelector("canvas");
    if (!data || !canvas || !window.Chart) return;
    const chart = JSON.parse(data.textContent), colors = look.tokens();
    const hidden = tools.hidden(drawn.get(canvas));
    drawn.get(canvas)?.destroy();
    window.Chart.defaults.font.family = colors.font;
    const type = { line: "line", doughnut: "doughnut" }[chart.type] || "bar";
    figure.dataset.drawn = chart.type;
    const made = new window.Chart(canvas, {
      type,
      data: {
        labels: chart.labels,
        datasets: chart.series.map((one, i) => told.dataset(chart, colors, one, i)),
      },
      options: told.options(chart, colors),
      plugins: chart.type === "funnel" ? [look.barEnds(chart, colors)] : [],
    });
    drawn.set(canvas, made);
    tools.furnish(figure, made, chart, hidden);
  }
  function drawAll(root) {
    for (const [canvas, chart] of drawn) {
      if (canvas.isConnected) continue;
      chart.destroy();
      drawn.delete(canvas);
    }
    if (root.matches?.("[data-chart]")) draw(root);
    root.querySelectorAll("[data-chart]").forEach(draw);
  }
  document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
  document.addEventListener("themechange", () => drawAll(document));
  drawAll(document);
})();
