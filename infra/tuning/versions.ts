/** Which major versions the tuning has been tried on; newer ones are tuned like the newest of them. */

/** The newest one that test/postgres/tuning.test.ts starts. */
const NEWEST_TRIED = 18;

/** A sentence to show where a stack asks for a newer PostgreSQL than was tried; null where there is nothing to say. */
export const versionWarning = (major: number): string | null =>
  major <= NEWEST_TRIED
    ? null
    : `PostgreSQL ${major} is newer than the versions that the tuning was tried on (up to ${NEWEST_TRIED}); its parameters are those of ${NEWEST_TRIED}.`;
