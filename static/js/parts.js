// Encoding, units and parts of a text, the same as messaging/text_parts.py; both are
// checked against tests/messaging/text/vectors.json.
(() => {
  const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  const EXTENSION = "\f^{}\\[~]|€";
  const basic = new Set(BASIC), extension = new Set(EXTENSION);

  function parts(units, single, split) {
    if (units <= single) return units ? 1 : 0;
    return Math.ceil(units / split);
  }
  function measure(text) {
    const forcing = new Set();
    let units = 0;
    for (const sign of text) {
      if (basic.has(sign)) units += 1;
      else if (extension.has(sign)) units += 2;
      else forcing.add(sign);
    }
    if (forcing.size) {
      return {
        encoding: "ucs2", units: text.length, parts: parts(text.length, 70, 67),
        forcing: [...forcing],
      };
    }
    return { encoding: "gsm", units, parts: parts(units, 160, 153), forcing: [] };
  }
  // How many units the last of so many parts has room for, all parts together.
  function room(size) {
    const [single, split] = size.encoding === "gsm" ? [160, 153] : [70, 67];
    return size.parts > 1 ? size.parts * split : single;
  }
  globalThis.smsParts = { measure, room };
})();
