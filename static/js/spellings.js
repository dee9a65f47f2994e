// What to write instead of signs that force UCS-2, the same as
// messaging/plain_spellings.py, whose table stands in the page as #sms-spellings; both
// are checked against tests/messaging/text/vectors.json.
(() => {
  const data = document.getElementById("sms-spellings");
  if (!data) return;
  const table = new Map(Object.entries(JSON.parse(data.textContent)));
  const gsm = new Set(globalThis.smsParts.alphabet);
  const TONES = "\\ufe0f\\u20e3\\u{1f3fb}-\\u{1f3ff}\\u{e0020}-\\u{e007f}";
  const PICTURE = `[\\u2600-\\u27bf\\u2b00-\\u2bff\\u{1f000}-\\u{1faff}][${TONES}]*`;
  const outside = globalThis.smsParts.alphabet.replace(/[\\\]^-]/g, "\\$&");
  const SIGN = new RegExp(
    `[\\u{1f1e6}-\\u{1f1ff}]{2}|${PICTURE}(?:\\u200d${PICTURE})*|[0-9#*]\\ufe0f?\\u20e3|[^${outside}]`,
    "gu",
  );
  const EMOJI = /[\u2600-\u27bf\u2b00-\u2bff\u{1f000}-\u{1faff}\u20e3]/u;
  const ALPHABETS = [[/[\u0400-\u052f]/gu, /^[\u0400-\u052f]/u], [/[\u03ac-\u03ce\u03d0-\u03e1]/gu, /^[\u0370-\u03ff]/u]];

  function base(sign) {
    return [...sign.normalize("NFKD")][0];
  }
  // Look-alikes of an alphabet that the text is written in are meant.
  function isMeant(text) {
    const meant = ALPHABETS.filter(([letters]) =>
      (text.match(letters) || []).some((letter) => !table.has(base(letter))));
    return (sign) => table.has(base(sign)) && meant.some(([, all]) => all.test(base(sign)));
  }
  function replacement(sign) {
    const bare = sign.replace(/[\ufe0e\ufe0f]+$/, "");
    if (table.has(sign)) return table.get(sign);
    if ([...bare].length !== 1) return null;
    if (table.has(bare)) return table.get(bare);
    const letters = [...bare.normalize("NFKD")].filter((part) => !/\p{M}/u.test(part))
      .map((part) => table.get(part) ?? part);
    if (!letters.length) return "";
    const plain = letters.join("");
    return plain.trim() && [...plain].every((part) => gsm.has(part)) ? plain : null;
  }
  function replaced(raw, wanted) {
    const text = raw.normalize("NFC"), meant = isMeant(text);
    return text.replace(SIGN, (sign) => {
      if ((wanted && !wanted.includes(sign)) || meant(sign)) return sign;
      return replacement(sign) ?? (wanted && EMOJI.test(sign) ? "" : sign);
    });
  }
  // The text in stretches: [text, whether it forces UCS-2].
  function pieces(text) {
    const found = [];
    let at = 0;
    for (const match of text.matchAll(SIGN)) {
      if (match.index > at) found.push([text.slice(at, match.index), false]);
      found.push([match[0], true]);
      at = match.index + match[0].length;
    }
    if (at < text.length) found.push([text.slice(at), false]);
    return found;
  }
  globalThis.smsSpellings = { replaced, pieces };
})();
