/* Numbers to be read by people, and those that people wrote. Pure. */

const TYPOGRAPHIC = /^[+−-]?\d+(?:[.,]\d+)?$/u;

/* `value` in the figure's language; `sign` puts a plus before what is more than nothing. */
export function formatNumber(value, lang, { decimals = 0, sign = false } = {}) {
  const shown = new Intl.NumberFormat(lang, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: sign ? "exceptZero" : "negative",
  }).format(value);
  return shown.replace("-", "−");
}

/* The number in a cell, or null. Signs may be typographic, the decimal sign a comma. */
export function readNumber(text) {
  const plain = text.replace(/^±\s*|\s*%$/gu, "");
  if (!TYPOGRAPHIC.test(plain)) return null;
  return Number(plain.replace("−", "-").replace(",", "."));
}

/* `part / whole` rounded half away from zero, in whole-number arithmetic: 0.15 stays 0.15. */
export function roundedRatio(part, whole, decimals = 0) {
  const scale = 10 ** decimals;
  const doubled = 2 * Math.abs(part) * scale + whole;
  return (Math.sign(part) * Math.floor(doubled / (2 * whole))) / scale || 0;
}
