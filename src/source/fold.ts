/** How SQLite compares names: ASCII letters without their case, everything else byte by byte (sqlite3StrICmp). */

/** The key under which two spellings of one SQLite name are equal. */
export const fold = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
