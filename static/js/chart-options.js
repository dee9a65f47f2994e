// What Chart.js is told of a chart: its series, axes, tooltip and zoom.
(() => {
  const look = window.chartLook;

  function dataset(chart, colors, series, index) {
    const isLine = chart.type === "line" || series.as === "line";
    const sliced = look.isSliced(chart);
    const color = sliced
      ? chart.labels.map((_, i) => look.color(colors, chart.colors?.[i], i))
      : look.color(colors, series.key, index);
    return {
      label: series.label, type: series.as,
      data: series.values.map((value) => (value === null ? null : Number(value))),
      backgroundColor: series.fill ? `${color}22` : color, fill: Boolean(series.fill),
      borderColor: isLine ? color : colors.surface,
      borderDash: series.dash ? [5, 4] : [], stepped: Boolean(series.step),
      borderWidth: isLine || chart.type === "doughnut" ? 2 : 0,
      borderRadius: sliced ? 0 : 2, spanGaps: Boolean(series.fill),
      pointRadius: isLine ? look.dots(series) : 3,
      pointBackgroundColor: color, pointHoverRadius: 4, pointHitRadius: 12,
      // A line beside stacked bars is no part of their sum, and drawn over them. Where
      // nothing adds up, bars of one stack would lie over each other.
      stack: chart.type === "stacked" ? series.as || "bars" : undefined,
      order: series.as ? 0 : 1,
      maxBarThickness: 40, categoryPercentage: 0.72, barPercentage: 0.92,
    };
  }
  function scales(chart, colors) {
    if (chart.type === "doughnut") return {};
    const stacked = chart.type === "stacked", isLying = lies(chart);
    const names = {
      stacked, grid: { display: false }, border: { color: colors.line },
      ticks: {
        color: colors.text2, maxRotation: 0, autoSkipPadding: 14, autoSkip: !isLying,
        callback(value) {
          const text = look.label(this.getLabelForValue(value), false);
          return text.length > 22 ? `${text.slice(0, 21)}…` : text;
        },
      },
    };
    const amounts = {
      stacked, beginAtZero: true, border: { display: false },
      grid: { color: colors.grid, drawTicks: false },
      ticks: {
        color: colors.text3, padding: 8, maxTicksLimit: isLying ? 4 : 5,
        precision: chart.decimals ? undefined : 0,
        callback: (value) => look.tick(value, chart),
      },
    };
    return isLying ? { x: amounts, y: names } : { x: names, y: amounts };
  }
  const lies = (chart) => ["funnel", "rows"].includes(chart.type);

  function tooltip(chart, colors) {
    const name = (item) => (chart.type === "doughnut" ? item.label : item.dataset.label);
    return {
      backgroundColor: colors.text, titleColor: colors.surface, bodyColor: colors.surface,
      footerColor: colors.surface, padding: 10, cornerRadius: 6,
      boxWidth: 8, boxHeight: 8, boxPadding: 4,
      filter: (item) => item.raw !== null,
      callbacks: {
        title: (items) => (items.length ? look.label(items[0].label, true) : ""),
        label: (item) => ` ${name(item)}: ${look.amount(item.raw, chart)}`,
        footer: (items) => {
          const bars = items.filter((item) => item.dataset.type !== "line");
          if (chart.type !== "stacked" || bars.length < 2) return "";
          return `Σ ${look.amount(bars.reduce((sum, item) => sum + item.raw, 0), chart)}`;
        },
      },
    };
  }
  function options(chart, colors) {
    const isRound = chart.type === "doughnut";
    return {
      indexAxis: lies(chart) ? "y" : "x", responsive: true, maintainAspectRatio: false,
      layout: { padding: { right: chart.type === "funnel" ? look.roomForEnds(chart) : 0 } },
      animation: look.isStill() ? false : { duration: 180 },
      interaction: {
        mode: isRound ? "nearest" : "index", intersect: isRound,
        axis: lies(chart) ? "y" : "x",
      },
      color: colors.text2, cutout: "68%", scales: scales(chart, colors),
      font: { family: colors.font, size: 12 },
      plugins: {
        legend: { display: false },
        tooltip: tooltip(chart, colors),
        zoom: look.isTimed(chart) && {
          zoom: {
            mode: "x",
            drag: { enabled: true, backgroundColor: `${colors.accent}33`, threshold: 8 },
            onZoomComplete: ({ chart: drawn }) => window.chartTools?.zoomed(drawn),
          },
        },
      },
    };
  }
  window.chartOptions = { dataset, options };
})();
