/** The words that stand for false and true: a closed list, one pair a column. */

/** [false, true]. */
export const BOOLEAN_PAIRS: readonly (readonly [string, string])[] = [
  ["false", "true"],
  ["False", "True"],
  ["FALSE", "TRUE"],
  ["f", "t"],
  ["F", "T"],
  ["no", "yes"],
  ["n", "y"],
  ["N", "Y"],
  ["off", "on"],
  ["0", "1"],
];
