// Draws every [data-chart]; again after an htmx swap and when the theme changes.
(() => {
  const look = window.chartLook;
  const drawn = new Map();

  function datasets(chart, colors) {
    const isLine = chart.type === "line";
    const isSliced = ["doughnut", "funnel"].includes(chart.type);
    return chart.series.map((series, index) => {
      const color = isSliced
        ? chart.labels.map((_, i) => look.color(colors, chart.colors?.[i], i))
        : look.color(colors, series.key, index);
      return {
        label: series.label, data: series.values.map(Number),
        backgroundColor: color, borderColor: isLine ? color : colors.surface,
        borderWidth: isLine || chart.type === "doughnut" ? 2 : 0,
        borderRadius: isSliced ? 0 : 2, pointRadius: series.values.length > 1 ? 0 : 3,
        pointHoverRadius: 4, pointHitRadius: 12, maxBarThickness: 40,
        categoryPercentage: 0.72, barPercentage: 0.92,
      };
    });
  }
  function scales(chart, colors) {
    if (chart.type === "doughnut") return {};
    const isStacked = chart.type === "stacked";
    const names = {
      stacked: isStacked, grid: { display: false }, border: { color: colors.line },
      ticks: {
        color: colors.text2, maxRotation: 0, autoSkipPadding: 14,
        callback(value) { return look.label(this.getLabelForValue(value), false); },
      },
    };
    const amounts = {
      stacked: isStacked, beginAtZero: true, border: { display: false },
      grid: { color: colors.grid, drawTicks: false },
      ticks: {
        color: colors.text3, padding: 8, maxTicksLimit: 5,
        precision: chart.decimals ? undefined : 0,
        callback: (value) => look.tick(value, chart),
      },
    };
    return chart.type === "funnel" ? { x: amounts, y: names } : { x: names, y: amounts };
  }
  function options(chart, colors) {
    const isSliced = chart.type === "doughnut", isFunnel = chart.type === "funnel";
    return {
      indexAxis: isFunnel ? "y" : "x", responsive: true, maintainAspectRatio: false,
      layout: { padding: { right: isFunnel ? 52 : 0 } },
      animation: look.isStill() ? false : { duration: 180 },
      interaction: { mode: isSliced ? "nearest" : "index", intersect: isSliced },
      color: colors.text2, cutout: "68%", scales: scales(chart, colors),
      font: { family: colors.font, size: 12 },
      plugins: {
        legend: {
          display: isSliced || chart.series.length > 1,
          position: isSliced ? "right" : "top", align: isSliced ? "center" : "end",
          labels: {
            color: colors.text2, boxWidth: 10, boxHeight: 10, font: { size: 12 },
            padding: isSliced ? 10 : 14, ...(isSliced && { generateLabels: look.slices(chart) }),
          },
        },
        tooltip: {
          backgroundColor: colors.text, titleColor: colors.surface, bodyColor: colors.surface,
          padding: 10, cornerRadius: 6, boxWidth: 8, boxHeight: 8, boxPadding: 4,
          callbacks: {
            title: (items) => look.label(items[0].label, true),
            label: (item) => ` ${chart.type === "doughnut" ? item.label : item.dataset.label}: ${look.amount(item.raw, chart)}`,
          },
        },
      },
    };
  }
  function draw(figure) {
    const data = document.getElementById(figure.dataset.chart), canvas = figure.querySelector("canvas");
    if (!data || !canvas || !window.Chart) return;
    const chart = JSON.parse(data.textContent);
    const colors = look.tokens();
    drawn.get(canvas)?.destroy();
    window.Chart.defaults.font.family = colors.font;
    const type = { line: "line", doughnut: "doughnut" }[chart.type] || "bar";
    figure.dataset.drawn = chart.type;
    drawn.set(canvas, new window.Chart(canvas, {
      type, data: { labels: chart.labels, datasets: datasets(chart, colors) },
      options: options(chart, colors),
      plugins: chart.type === "funnel" ? [look.barEnds(chart, colors)] : [],
    }));
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
