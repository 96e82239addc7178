import type { GenerationPolicy } from 'generation-lifecycle';

/** What may happen in one exploration, and how often. Within these bounds it happens in every order, between any two effects. */
export type Bounds = {
  readonly name: string;
  readonly leaseMs: number;
  readonly keepMs: number;
  readonly policy: Partial<GenerationPolicy>;
  /** What clients ask for, each at most once. */
  readonly asks: readonly Ask[];
  /** How often a process, a cron or an engine, makes what is due. */
  readonly sweeps: number;
  /** How often a process dies, between any two of its effects. */
  readonly kills?: number | undefined;
  /** How often a process stands still, for as long as one likes: its lease runs out. */
  readonly stalls?: number | undefined;
  /** How often time goes on to what is due next. */
  readonly ticks?: number | undefined;
  /** How often the vendor refuses a submit free of charge. */
  readonly refusals?: number | undefined;
  /** How often an answer of the vendor to a submit is lost. */
  readonly losses?: number | undefined;
  /** How often a read of the vendor fails. */
  readonly readFaults?: number | undefined;
  /** How often the store refuses a write, or makes it and does not answer. */
  readonly storeFaults?: number | undefined;
  /** Hooks count money. How long the vendor may leave it open whether a job is charged, in ms. @defaultValue no hooks */
  readonly settleMaybeAfterMs?: number | undefined;
  /** How often a hook throws. */
  readonly hookFaults?: number | undefined;
  /** An engine wakes the jobs: any that it was told of, at any moment, in any order, or never. */
  readonly hasEngine?: boolean | undefined;
  /** The engine takes at once what it is told. Not with kills or faults of the engine. */
  readonly isPrompt?: boolean | undefined;
  /** How often the engine delivers a wake and keeps it, to deliver it again. */
  readonly repeats?: number | undefined;
  /** How often the engine refuses what it is told, or takes it and does not answer. */
  readonly engineFaults?: number | undefined;
  /** How often the vendor posts to the address of a submit that has arrived: early, late, twice, or never. */
  readonly deliveries?: number | undefined;
  /** How often somebody posts there without knowing the address or the vendor's key. */
  readonly forgeries?: number | undefined;
  /** How often more than half of the time passes for which ends are kept. */
  readonly nights?: number | undefined;
  /** How many requests, deliveries and sweeps are under way at once, each in a process of its own. @defaultValue 2 */
  readonly atOnce?: number | undefined;
  /** How many states there may be. @defaultValue 300,000 */
  readonly limit?: number | undefined;
};

/** What a world may still spend, in the order in which it is shown. */
export const budgets = [
  'sweeps',
  'kills',
  'stalls',
  'ticks',
  'refusals',
  'losses',
  'readFaults',
  'storeFaults',
  'hookFaults',
  'repeats',
  'engineFaults',
  'deliveries',
  'forgeries',
  'nights',
] as const satisfies readonly (keyof Bounds)[];

export type Budget = (typeof budgets)[number];

type Ask = {
  readonly name: 'submit' | 'cancel' | 'read' | 'forbid' | 'find';
  readonly user?: string;
  /** @defaultValue the first one */
  readonly wish?: number;
};

const policy = { submitTimeoutMs: 8_000, pollDelayMs: [5_000], minReadGapMs: 0, cancelPatienceMs: 4_000 };
const common = { leaseMs: 30_000, keepMs: 86_400_000, policy };
const submit: Ask = { name: 'submit' };
const cancel: Ask = { name: 'cancel' };
const read: Ask = { name: 'read' };
const forbid: Ask = { name: 'forbid' };

const another: Ask = { name: 'submit', wish: 2 };
const bob = (name: Ask['name']): Ask => ({ name, user: 'bob' });

const dies = { ...common, name: 'a process dies in a submit', asks: [submit], sweeps: 1, kills: 1, ticks: 2 };
const again = { ...common, name: 'a submit is repeated', asks: [submit, submit], sweeps: 1, kills: 1, ticks: 1 };
const refused = {
  ...common,
  name: 'a refused submit is repeated',
  asks: [submit, submit],
  sweeps: 0,
  refusals: 2,
  losses: 1,
  ticks: 1,
};
const cancelled = { ...common, name: 'a cancel', asks: [submit, cancel], sweeps: 0, refusals: 1, losses: 1, ticks: 1 };
const forbidden = {
  ...common,
  name: 'a forbidden key',
  asks: [submit, submit, forbid],
  sweeps: 0,
  refusals: 1,
  ticks: 0,
};
const lost = {
  ...common,
  name: 'a lost answer is delivered',
  asks: [submit],
  sweeps: 1,
  losses: 1,
  deliveries: 1,
  ticks: 1,
};
const doubled = { ...common, name: 'a delivery comes twice', asks: [submit], sweeps: 0, deliveries: 2, ticks: 1 };
const forged = { ...common, name: 'a forged delivery', asks: [submit], sweeps: 0, forgeries: 1, ticks: 0 };
const recovered = {
  ...common,
  name: 'a delivery, and a process dies',
  asks: [submit],
  sweeps: 1,
  kills: 1,
  deliveries: 1,
  ticks: 1,
};
const still = { ...common, name: 'a process stands still', asks: [submit], sweeps: 1, stalls: 1, ticks: 2 };
const others = {
  ...common,
  name: 'another user, another wish',
  asks: [submit, another, bob('read'), bob('find')],
  sweeps: 0,
  ticks: 0,
};
const foreign = {
  ...common,
  name: 'a key of two users, a cancel of the other',
  asks: [submit, bob('submit'), bob('cancel')],
  sweeps: 0,
  ticks: 0,
};
const away = { ...common, name: 'the store is away', asks: [submit], sweeps: 1, storeFaults: 1, ticks: 2 };
const leases = { ...common, leaseMs: 3_000, name: 'a slow submit', asks: [submit], sweeps: 1, ticks: 5 };
const nights = { ...common, name: 'what has ended is pruned', asks: [submit, submit], sweeps: 2, ticks: 0, nights: 2 };
const held = { ...common, name: 'a step stands still', asks: [submit], sweeps: 2, stalls: 1, ticks: 1 };
const stepped = { ...common, name: 'a read fails', asks: [submit, read], sweeps: 0, readFaults: 1, ticks: 0 };

const money = { ...common, settleMaybeAfterMs: 60_000 };
const settled = { ...money, name: 'a process dies in a settlement', asks: [submit], sweeps: 1, kills: 1, ticks: 1 };
const reserved = {
  ...money,
  name: 'a refused submit reserves again',
  asks: [submit, submit],
  sweeps: 0,
  refusals: 1,
  hookFaults: 1,
  ticks: 0,
};
const thrown = { ...money, name: 'a hook throws', asks: [submit], sweeps: 1, hookFaults: 1, ticks: 2 };
const settledCancel = { ...money, name: 'a cancel is settled', asks: [submit, cancel], sweeps: 0, losses: 1, ticks: 1 };
const corrected = {
  ...money,
  name: 'a lost answer is settled, and corrected',
  asks: [submit],
  sweeps: 1,
  losses: 1,
  deliveries: 1,
  ticks: 0,
};
const settledAway = {
  ...money,
  name: 'the store is away in a settlement',
  asks: [submit],
  sweeps: 1,
  storeFaults: 1,
  ticks: 1,
};

const engine = { ...common, hasEngine: true };
const woken = {
  ...engine,
  name: 'an engine wakes late, twice and out of order',
  asks: [submit],
  sweeps: 0,
  repeats: 1,
  ticks: 1,
};
const wokenDead = {
  ...engine,
  name: 'an engine wakes, and a process dies',
  asks: [submit],
  sweeps: 1,
  kills: 1,
  ticks: 1,
};
const wokenCancel = {
  ...engine,
  name: 'an engine wakes, and a cancel',
  asks: [submit, cancel],
  sweeps: 0,
  isPrompt: true,
  ticks: 0,
};
const wokenAway = { ...engine, name: 'an engine is away', asks: [submit], sweeps: 1, engineFaults: 1, ticks: 1 };
const wokenFound = {
  ...engine,
  name: 'an engine wakes, and a delivery',
  asks: [submit],
  sweeps: 0,
  losses: 1,
  deliveries: 1,
  ticks: 0,
};
const wokenOwed = {
  ...engine,
  ...money,
  name: 'an engine wakes what is owed',
  asks: [submit],
  sweeps: 0,
  hookFaults: 1,
  ticks: 2,
};

const cancelledLate = { ...cancelled, name: 'a cancel, and steps', sweeps: 1, ticks: 2 };

const short = [forged, others, refused, dies, again, leases, still, nights, away, cancelled];
const shortMoney = [reserved, settled, thrown];
const shortEngine = [wokenDead, woken];

/** The short form is part of `npm run test:proof`; that for seeded faults begins with what is quick, or finds most. */
export const bounds: { readonly [form in 'short' | 'mutants' | 'full']: readonly Bounds[] } = {
  short: [...short, ...shortMoney, ...shortEngine],
  mutants: [
    forged,
    others,
    dies,
    ...shortMoney,
    settledAway,
    ...shortEngine,
    wokenOwed,
    ...short.filter(one => ![forged, others, dies].includes(one)),
    wokenFound,
    corrected,
    settledCancel,
    wokenCancel,
    lost,
    held,
    forbidden,
  ],
  full: [
    ...short,
    stepped,
    foreign,
    lost,
    doubled,
    held,
    recovered,
    forbidden,
    cancelledLate,
    ...shortMoney,
    corrected,
    settledCancel,
    settledAway,
    ...shortEngine,
    wokenOwed,
    wokenFound,
    wokenAway,
    wokenCancel,
  ],
};

/** The bounds as text. */
export function describeBounds(one: Bounds): string {
  const asks = one.asks.map(({ name, user, wish }) =>
    [name, user && `of ${user}`, wish && 'of another wish'].filter(Boolean).join(' '),
  );
  const counts = [...budgets, 'atOnce' as const].flatMap(name => (one[name] ? [`${name} ${one[name]}`] : []));
  const parts = [one.settleMaybeAfterMs !== undefined && 'money', one.hasEngine && 'an engine'];
  return [asks.join(', '), ...parts.filter(part => part !== false && part !== undefined), ...counts].join('; ');
}
