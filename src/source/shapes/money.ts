/** Recognises amounts of money as people write them; what one is worth cannot be told from its text alone. */

const SIGN = "(?:[$€£¥₹₽₩₺₴₪฿₫₱]|[A-Z]{3}|kr|zł|Kč|Fr\\.?)";
const DIGITS = "\\d+(?:[.,]\\d{1,4})?";
const GROUPED = "\\d{1,3}(?:(?:,\\d{3})+(?:\\.\\d+)?|(?:\\.\\d{3})+,\\d+|(?:[ '\u00a0\u202f]\\d{3})+(?:[.,]\\d+)?)";
const MONEY = new RegExp(
  `^\\(?[-+]?(?:(?:${SIGN}\\s?[-+]?(?:${GROUPED}|${DIGITS}))|(?:(?:${GROUPED}|${DIGITS})\\s?${SIGN})|${GROUPED})\\)?$`,
);
const LONGEST = 32;

/** With a currency's sign or code, or with thousands set apart: `$1,234.50`, `1.234,50 €`, `EUR 12`. */
export const readsAsMoney = (text: string): boolean => {
  if (text.length < 2 || text.length > LONGEST) return false;
  return MONEY.test(text);
};
