/** CloudWatch Logs keeps lines for certain numbers of days alone (API reference, PutRetentionPolicy). */
const ALLOWED_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The least that keeps lines for at least `days`; settings.ts takes no more than the longest. */
export const logRetention = (days: number): number => ALLOWED_DAYS.find((allowed) => allowed >= days) ?? 3653;
