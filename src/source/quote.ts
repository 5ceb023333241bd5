/** Quotes a name for SQLite, always; the only place where names of a source file become part of its SQL. */
export const quoteSqlite = (name: string): string => `"${name.replaceAll('"', '""')}"`;
