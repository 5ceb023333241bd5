/** What an error from the server says about itself: by SQLSTATE one object is left out, or the run ends. */

/** The SQLSTATE of an error that the server raised; null for everything else (a broken connection, a defect). */
export const sqlState = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : null;

/**
 * Whether the server refused this very object (duplicates, a size limit, an expression, a name). Everything else is the
 * server's or the connection's own trouble: 08 connection, 40 rollback, 53 resources, 55P03 locks, 57 shutdown and cancel,
 * 58 system, XX internal. It ends the step, which can be run again.
 */
export const isRefusal = (error: unknown): boolean => {
  const state = sqlState(error);
  return state !== null && state !== "55P03" && !/^(08|40|53|57|58|XX)/.test(state);
};
