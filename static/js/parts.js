// Encoding, units and parts of a text, the same as messaging/text_parts.py; both are
// checked against tests/messaging/text/vectors.json.
(() => {
  const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  const EXTENSION = "\f^{}\\[~]|€";
  const basic = new Set(BASIC), extension = new Set(EXTENSION);

  // A pair of septets or of code units is not torn apart by the end of a part.
  function parts(opensPair, single, split) {
    const units = opensPair.length;
    if (units <= single) return units ? 1 : 0;
    let count = 0;
    for (let at = 0; at < units; count += 1) {
      at += split;
      if (at < units && opensPair[at - 1]) at -= 1;
    }
    return count;
  }
  function measure(text) {
    const forcing = new Set(), septets = [];
    for (const sign of text) {
      if (basic.has(sign)) septets.push(false);
      else if (extension.has(sign)) septets.push(true, false);
      else forcing.add(sign);
    }
    if (!forcing.size) {
      const count = parts(septets, 160, 153);
      return { encoding: "gsm", units: septets.length, parts: count, forcing: [] };
    }
    const units = Array.from({ length: text.length }, (_, at) => (text.charCodeAt(at) & 0xfc00) === 0xd800);
    return { encoding: "ucs2", units: units.length, parts: parts(units, 70, 67), forcing: [...forcing] };
  }
  // How many units the last of so many parts has room for, all parts together.
  function room(size) {
    const [single, split] = size.encoding === "gsm" ? [160, 153] : [70, 67];
    return size.parts > 1 ? size.parts * split : single;
  }
  globalThis.smsParts = { measure, room, alphabet: BASIC + EXTENSION };
})();
