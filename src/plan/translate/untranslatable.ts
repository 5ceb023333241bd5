/** How the translator gives up: deep inside it throws, at its public edge that becomes `ok: false` with a plain reason. */

class Untranslatable extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "Untranslatable";
    this.reason = reason;
  }
}

/** Gives up with a reason for a person, e.g. "random() has no equal". */
export const refuse = (reason: string): never => {
  throw new Untranslatable(reason);
};

/** What `action` gives, or the reason why there is no translation. Other errors are defects and pass through. */
export const attempt = <T>(action: () => T): { ok: true; value: T } | { ok: false; reason: string } => {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    if (error instanceof Untranslatable) return { ok: false, reason: error.reason };
    // SQL that nests deeper than the stack is hostile or generated; either way nobody can vouch for it.
    if (error instanceof RangeError) return { ok: false, reason: "the SQL is nested too deeply" };
    throw error;
  }
};
