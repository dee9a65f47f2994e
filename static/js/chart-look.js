// Colours, numbers and words of all charts, read from the CSS tokens.
(() => {
  const KEYS = ["sms", "voice", "rcs", "delivered", "undelivered", "expired",
    "refused", "accepted", "queued", "skipped", "unclear"];
  const ALIAS = {
    sent: "accepted", sending: "accepted", transmitted: "accepted",
    buffered: "queued", cancelled: "skipped", read: "delivered", failed: "undelivered",
    rows: "accepted", cost: "sms", messages: "sms",
  };
  const SLICED = ["doughnut", "funnel"];
  const lang = () => document.documentElement.lang || "en";

  function tokens() {
    const style = getComputedStyle(document.documentElement);
    const get = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      text: get("text"), text2: get("text-2"), text3: get("text-3"),
      grid: get("chart-grid"), surface: get("surface"), line: get("line"),
      font: get("font"), accent: get("accent"),
      series: Object.fromEntries(KEYS.map((key) => [key, get(`chart-${key}`)])),
    };
  }
  function color(look, key, index) {
    const order = [look.series.sms, look.series.voice, look.series.rcs];
    return look.series[key] || look.series[ALIAS[key]] || order[index % order.length];
  }
  function amount(value, chart, decimals) {
    if (value === null || Number.isNaN(value)) return "–";
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
  const isSliced = (chart) => SLICED.includes(chart.type);
  const isTimed = (chart) => ["line", "bar", "stacked"].includes(chart.type);

  // A day that is known while those beside it are not is a dot: no line leads there.
  function dots({ values, fill }) {
    const isKnown = (at) => (values[at] ?? null) !== null;
    const isOne = values.filter((_, at) => isKnown(at)).length === 1;
    return values.map((_, at) => {
      const isAlone = fill ? isOne : !isKnown(at - 1) && !isKnown(at + 1);
      return isKnown(at) && isAlone ? 3 : 0;
    });
  }

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
  // The longest bar leaves room for it, in digits of about 7 px.
  function roomForEnds(chart) {
    const most = Math.max(0, ...chart.series[0].values.map(Number));
    return 14 + 7 * amount(most, chart).length;
  }
  window.chartLook = {
    tokens, color, amount, tick, label, isStill, isSliced, isTimed, dots, barEnds, roomForEnds,
  };
})();
