/** The rules, by name. */
export const monitorNames = [
  "each result is its own job's",
  'each result is in the gallery once',
  'nothing is submitted twice',
  'nothing is submitted once it has ended',
  'each end is told for what it is',
  'one tab tells of a result',
  'no running record is lost',
  'what is removed stays removed',
  'one tab follows',
  'no more run than may',
  'no machine is in error',
  'the list does not grow',
  'everything comes to rest',
  'at rest all is accounted for',
  'at rest all tabs show what is stored',
] as const;

/** What is forbidden, and how it was done. */
export type Finding = { readonly monitor: string; readonly why: string };

export const found = (monitor: (typeof monitorNames)[number], why: string): Finding => ({ monitor, why });
