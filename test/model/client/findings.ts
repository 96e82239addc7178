/** The rules, by name. */
export const monitorNames = [
  "each result is its own job's",
  'each result is in the gallery once',
  'nothing is submitted twice',
  'nothing is submitted once it has ended',
  'no job is submitted for a wish that is running',
  'a refused submit is sent again, or its end is reported',
  'each outcome is reported as it is',
  'one tab emits a result',
  'no running generation is lost',
  'no submit is aborted',
  "another client's generation is left alone",
  'what is removed stays removed',
  'one tab follows',
  'no more run than may',
  'no machine is in error',
  'the list does not grow',
  'every execution ends',
  'at the end every generation is accounted for',
  'at the end all tabs show what is stored',
] as const;

/** A broken rule, and how it was broken. */
export type Finding = { readonly monitor: string; readonly why: string };

export const found = (monitor: (typeof monitorNames)[number], why: string): Finding => ({ monitor, why });
