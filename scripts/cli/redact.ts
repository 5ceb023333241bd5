/** Takes passwords out of everything that is printed or logged, whoever put them there. */

/** People paste passwords with any character unescaped, so one ends at the last @ before a space or the end of a JSON text. */
const IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:'"]*):[^\s"]*@/gi;
const IN_SETTING = /\b(pg)?(password|passwd|sslpassword)(\s*=\s*)('[^']*'|"[^"]*"|[^\s&;]+)/gi;
/** `CREATE ROLE … PASSWORD '…'`: a line of a file of SQL that failed may end within the text. */
const IN_SQL = /\b(password\s+)E?'(?:[^']|'')*(?:'|$)/gi;

/** Replaces passwords in URLs, in `password=…` settings and in SQL. */
export const redact = (text: string): string =>
  text.replace(IN_URL, "$1:***@").replace(IN_SETTING, "$1$2$3***").replace(IN_SQL, "$1'***'");

/** The same for one word of a command line: a password that was not escaped may hold spaces and quotes, and ends at the last @. */
export const redactWord = (word: string): string =>
  redact(word.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^/:]*):.*@/is, "$1:***@").replace(/\b(password=)[^&]*/gi, "$1***"));
