/** What the TEXT values of one column are: lengths, NUL characters, validity; their shapes are counted beside. */

/** Shorter texts are measured in one loop; longer ones by the runtime's own counting of bytes. */
const SHORT = 40;

/** The measure of one text, kept in one object that is written over: nothing is allocated for a value. */
export const measured = { characters: 0, utf8Bytes: 0, hasNul: false, hasReplacement: false };

const measureByLoop = (text: string): void => {
  let utf8Bytes = 0;
  let pairs = 0;
  let hasNul = false;
  let hasReplacement = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      utf8Bytes++;
      if (code === 0) hasNul = true;
    } else if (code < 0x800) utf8Bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      // A high surrogate: the driver and the decoder give pairs only.
      pairs++;
      utf8Bytes += 4;
      i++;
    } else {
      utf8Bytes += 3;
      if (code === 0xfffd) hasReplacement = true;
    }
  }
  measured.characters = text.length - pairs;
  measured.utf8Bytes = utf8Bytes;
  measured.hasNul = hasNul;
  measured.hasReplacement = hasReplacement;
};

/**
 * Fills `measured` for a well-formed text: code points, UTF-8 bytes, NUL, and U+FFFD, which may stand for bytes that are not
 * UTF-8.
 */
export const measureText = (text: string): void => {
  if (text.length > SHORT) {
    const utf8Bytes = Buffer.byteLength(text);
    if (utf8Bytes === text.length) {
      measured.characters = utf8Bytes;
      measured.utf8Bytes = utf8Bytes;
      measured.hasNul = text.includes("\0");
      measured.hasReplacement = false;
      return;
    }
  }
  measureByLoop(text);
};
