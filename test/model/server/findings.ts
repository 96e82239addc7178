/** The rules, by name. */
export const monitorNames = [
  'no key is paid twice',
  'nothing is sent before its row says so',
  'a cancelled key is never bought',
  'a paid job is never forgotten',
  'an acceptance beats what was assumed',
  'a delivery recovers a lost submit',
  'what was told completed is stored',
  'what was told completed is what the vendor says',
  'nothing is told as free that may be charged',
  'a cancelled submit ends as cancelled',
  'an end is final',
  'versions only rise',
  'one owner holds a row',
  'who holds no row only leaves mail',
  'the submit of a living owner has no assumed end',
  'nobody sees or changes the job of another user',
  'another wish is not answered with the first job',
  'a forged delivery changes nothing',
  'what is kept is kept long enough',
  'nothing fails on the way',
  'every paid job ends, or is told as maybe',
  'a reservation is made once',
  'nothing is sent that is not reserved',
  'a charge is settled once',
  'nothing is settled that has no end',
  'a maybe is settled after its grace',
  'a correction follows a settlement',
  'a correction says what is new',
  'the ledger and the row say the same',
  'what was reserved is settled',
  'what is settled is what the vendor has charged',
  'who wakes a job asks for what is due',
  'a job that waits is with its engine',
] as const;

/** A broken rule, and how it was broken. */
export type Finding = { readonly monitor: string; readonly why: string };

export const found = (monitor: (typeof monitorNames)[number], why: string): Finding => ({ monitor, why });
