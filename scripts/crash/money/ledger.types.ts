/** One line of the ledger: what a hook was told about one reservation of a job, in the order in which it was told. */
export type LedgerLine = {
  readonly id: string;
  readonly attempt: number;
  readonly kind: 'reserved' | 'settled' | 'corrected';
  readonly prompt: string;
  readonly charged: 'yes' | 'no' | 'maybe' | null;
  /** What a correction was told that was told before. */
  readonly before: 'yes' | 'no' | 'maybe' | null;
  /** What is charged, in credits: the price of the wish for each unit that the vendor has billed. */
  readonly amount: number;
};

/** What is in the tables when nothing is due any more. */
export type Ledger = {
  readonly lines: readonly LedgerLine[];
  /** What is left of the credits of all users. */
  readonly balance: number;
};
