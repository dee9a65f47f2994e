// Colours, numbers and shared options of all charts, read from the CSS tokens.
(() => {
  const KEYS = ["sms", "voice", "rcs", "delivered", "undelivered", "expired",
    "refused", "accepted", "queued", "skipped", "unclear"];
  const ALIAS = {
    sent: "accepted", sending: "accepted", transmitted: "accepted",
    buffered: "queued", cancelled: "skipped", read: "delivered", failed: "undelivered",
    rows: "accepted", cost: "sms", messages: "sms",
  };
  const lang = () => document.documentElement.lang || "en";

  function tokens() {
    const style = getComputedStyle(document.documentElement);
    const get = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      text: get("text"), text2: get("text-2"), text3: get("text-3"),
      grid: get("chart-grid"), surface: get("surface"), line: get("line"),
      font: get("font"),
      series: Object.fromEntries(KEYS.map((key) => [key, get(`chart-${key}`)])),
    };
  }
  function color(look, key, index) {
    const order = [look.series.sms, look.series.voice, look.series.rcs];
    return look.series[key] || look.series[ALIAS[key]] || order[index % order.length];
  }
  function amount(value, chart, decimals) {
    const places = decimals ?? chart.decimals ?? 0;
    const text = Number(value).toLocaleString(lang(), {
      minimumFractionDigits: places, maximumFractionDigits: Math.max(places, 0),
    });
    return chart.unit ? `${text}\u00a0${chart.unit}` : text;
  }
  function tick(value, chart) {
    const text = Number(value).toLocaleString(lang(), {
      notation: Math.abs(value) >= 10000 ? "compact" : "standard",
      maximumFractionDigits: 2,
    });
    return chart.unit ? `${text}\u00a0${chart.unit}` : text;
  }
  function label(text, isLong) {
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) return text;
    const day = new Date(`${text}T12:00:00`);
    return day.toLocaleDateString(lang(), isLong
      ? { weekday: "short", day: "numeric", month: "long", year: "numeric" }
      : { day: "numeric", month: "short" });
  }
  const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // The end of a funnel's bar says its number: nobody should have to guess.
  function barEnds(chart, colors) {
    return {
      id: "barEnds",
      afterDatasetsDraw({ ctx, data }) {
        ctx.save();
        ctx.font = `500 12px ${colors.font}`;
        ctx.fillStyle = colors.text;
        ctx.textBaseline = "middle";
        window.Chart.getChart(ctx.canvas).getDatasetMeta(0).data.forEach((bar, i) => {
          ctx.fillText(amount(data.datasets[0].data[i], chart), bar.x + 8, bar.y);
        });
        ctx.restore();
      },
    };
  }
  // A slice's name comes with its number.
  function slices(chart) {
    return (drawn) => {
      const usual = window.Chart.overrides.doughnut.plugins.legend.labels;
      return usual.generateLabels(drawn).map((item) => ({
        ...item,
        text: `${item.text}  ${amount(drawn.data.datasets[0].data[item.index], chart)}`,
      }));
    };
  }

  window.chartLook = { tokens, color, amount, tick, label, isStill, barEnds, slices };
})();
