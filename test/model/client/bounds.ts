import type { ClientCommand } from 'generation-lifecycle';
import type { GenerateEvent } from '../../../src/machines/client/client.context.js';

export type Input = { readonly prompt: string };

type Command = Exclude<ClientCommand<Input>, { type: 'GENERATE' }> | GenerateEvent<Input>;

/** A command, and how often it is sent: in any tab, at any moment. */
type Bounded = { readonly command: Command; readonly times: number };

/** What may happen in one exploration. Within these bounds everything happens, in every order. */
export type Bounds = {
  readonly name: string;
  readonly tabs: number;
  readonly commands: readonly Bounded[];
  /** How often a tab is killed, between any two of its effects. It may be opened again at any moment. */
  readonly kills: number;
  /** How often a call of the store fails, or hangs beyond the timeout of its caller. */
  readonly faults?: number | undefined;
  /** How often a reading call of the store is never answered. */
  readonly hangs?: number | undefined;
  /** How often the client of a tab is stopped, at any moment: it stores what the backend was asked for. */
  readonly leaves?: number | undefined;
  /** How often a client of another name stores a generation of its own, also under an id that is used here. */
  readonly strangers?: number | undefined;
  /** How often the backend refuses a submit for now. */
  readonly refusals?: number | undefined;
  /** How often a lock moves while its holder is open: it is released, or stolen from a tab that is stuck. */
  readonly moves?: number | undefined;
  /** Without them each tab follows. @defaultValue true */
  readonly hasLocks?: boolean | undefined;
  /** How many outputs a job has. @defaultValue 1 */
  readonly outputs?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly isIdempotent?: boolean | undefined;
  /** `toItems` returns a list with a hole for some outputs, which is no list of items. */
  readonly hasBrokenItems?: boolean | undefined;
  /** A job reports progress, once. */
  readonly hasProgress?: boolean | undefined;
  /** How many states there may be. @defaultValue 3,000,000 */
  readonly limit?: number | undefined;
};

export const promptOf = (id: string): string => `prompt of ${id}`;
export const jobOf = (id: string): string => `job-${id}`;
export const itemsOf = (id: string, { outputs = 1 }: Bounds): readonly string[] =>
  Array.from({ length: outputs }, (_, index) => `${id}/${index}`);

const once = (command: Command): Bounded => ({ command, times: 1 });
/** Without a limit: an exploration that ends with it holds for any number. */
const always = (command: Command): Bounded => ({ command, times: Number.POSITIVE_INFINITY });

const generate = (id: string) => once({ type: 'GENERATE', id, input: { prompt: promptOf(id) } });
/** A click on one button. A second click has the same input, and the client makes a new id for it. */
const click = (id: string) => once({ type: 'GENERATE', id, input: { prompt: promptOf('A') }, isIdNew: true });
const retry = (id: string, as: string) => once({ type: 'RETRY', id, as });
const cancel = always({ type: 'CANCEL', id: 'A' });
const check = always({ type: 'CHECK', id: 'A' });
const follow = always({ type: 'RESUME', id: 'A' });
const dismiss = always({ type: 'DISMISS', id: 'A' });
const remove = always({ type: 'REMOVE', id: 'A/0' });
const clear = always({ type: 'CLEAR' });

const reload = { name: 'a reload', tabs: 1, commands: [generate('A'), cancel], kills: 1 };
const tabs = { name: 'two tabs', tabs: 2, commands: [generate('A')], kills: 0 };
const items = { name: 'items go', tabs: 1, commands: [generate('A'), remove, clear, dismiss], kills: 1 };
const retrying = { name: 'a retry', tabs: 1, commands: [generate('A'), cancel, retry('A', 'B')], kills: 0 };
const batch = { name: 'a batch', tabs: 1, commands: [generate('A'), remove], outputs: 2, kills: 1 };
const following = { name: 'failed and resumed', tabs: 1, commands: [generate('A'), cancel, check, follow], kills: 0 };
const dying = { name: 'two tabs, one dies', tabs: 2, commands: [generate('A')], kills: 1 };
const both = { name: 'two generations', tabs: 1, commands: [generate('A'), generate('B')], concurrency: 1, kills: 0 };
const clicking = {
  name: 'a second click',
  tabs: 1,
  commands: [click('A'), click('B')],
  concurrency: 2,
  kills: 0,
};
const twice = {
  name: 'a second retry',
  tabs: 1,
  commands: [generate('A'), retry('A', 'B'), retry('A', 'C')],
  concurrency: 2,
  kills: 0,
};
/** The id of a generation is used again, in any tab, at any moment: also after it has ended and was forgotten there. */
const sameId = { ...generate('A'), times: 2 };
const again = { name: 'one id in two sessions', tabs: 1, commands: [sameId, cancel, dismiss], kills: 1 };
const shared = { name: 'one id in two tabs', tabs: 2, commands: [sameId], kills: 0 };
const silent = { name: 'a read without an answer', tabs: 1, commands: [generate('A')], kills: 1, hangs: 1 };
const broken = {
  name: 'items that are none',
  tabs: 1,
  commands: [generate('A'), follow],
  hasBrokenItems: true,
  kills: 1,
};
const left = { name: 'a page is left', tabs: 1, commands: [generate('A'), cancel], leaves: 1, kills: 0 };
const strangers = {
  name: 'another client on the store',
  tabs: 1,
  commands: [generate('A'), cancel, dismiss],
  strangers: 1,
  kills: 0,
};
const refused = { name: 'a busy backend', tabs: 1, commands: [generate('A'), cancel], refusals: 2, kills: 1 };
const queued = { ...both, name: 'a busy backend, two generations', refusals: 2 };
const moving = { name: 'two tabs, a lock moves', tabs: 2, commands: [generate('A')], kills: 0, moves: 1 };

/** The short form is part of every test run; that for seeded faults takes seconds, the full one minutes. */
export const bounds: { readonly [form in 'short' | 'mutants' | 'full']: readonly Bounds[] } = {
  short: [reload, tabs, clicking, silent, broken, refused, again, shared, left, strangers],
  mutants: [
    batch,
    reload,
    retrying,
    following,
    items,
    tabs,
    both,
    dying,
    moving,
    clicking,
    twice,
    silent,
    broken,
    again,
    shared,
    refused,
    queued,
    left,
    strangers,
  ],
  full: [
    { ...following, name: 'a reload, resumed', kills: 1 },
    { ...reload, name: 'two reloads, progress', kills: 2, hasProgress: true },
    items,
    batch,
    retrying,
    clicking,
    twice,
    silent,
    broken,
    again,
    { ...again, name: 'one id in two sessions, repeated submits', isIdempotent: true },
    shared,
    { ...shared, name: 'one id in two tabs, cancelled', commands: [sameId, once({ type: 'CANCEL', id: 'A' })] },
    { ...shared, name: 'one id in two tabs, repeated submits', isIdempotent: true, kills: 1 },
    { ...strangers, kills: 1 },
    { ...strangers, name: 'another client on the store, repeated submits', strangers: 2, isIdempotent: true, kills: 1 },
    { ...strangers, name: 'another client on the store, two tabs', tabs: 2, commands: [generate('A')] },
    left,
    { ...left, name: 'a page is left and killed', leaves: 2, kills: 1, refusals: 1 },
    { ...left, name: 'a page is left, repeated submits', isIdempotent: true, refusals: 1 },
    { ...left, name: 'one of two tabs is left', tabs: 2, commands: [generate('A')] },
    { ...batch, name: 'a page is left, a batch', kills: 0, leaves: 1 },
    refused,
    queued,
    { ...refused, name: 'a busy backend, repeated submits', isIdempotent: true },
    { ...tabs, name: 'a busy backend, two tabs', refusals: 1 },
    { ...refused, name: 'a busy backend, a fault of the store', commands: [generate('A')], refusals: 1, faults: 1 },
    { ...both, kills: 1 },
    { ...reload, name: 'repeated submits', isIdempotent: true, kills: 2 },
    { name: 'two faults of the store', tabs: 1, commands: [generate('A')], faults: 2, kills: 1 },
    dying,
    moving,
    { ...tabs, name: 'two tabs, cancelled', commands: [generate('A'), once({ type: 'CANCEL', id: 'A' })] },
    { ...tabs, name: 'two tabs, resumed', commands: [generate('A'), once({ type: 'RESUME', id: 'A' })] },
    { ...tabs, name: 'two tabs, removed', commands: [generate('A'), remove] },
    { ...tabs, name: 'two tabs without locks', hasLocks: false },
  ],
};

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A tab with so many unanswered calls of the store gets no command: else calls could pile up without end. */
export const mostCalls = 2;

/** The bounds as text. */
export function describeBounds(one: Bounds): string {
  const {
    tabs: tabCount,
    commands,
    kills,
    faults = 0,
    hangs = 0,
    leaves = 0,
    strangers: stored = 0,
    refusals = 0,
    moves = 0,
    hasLocks = true,
    outputs = 1,
  } = one;
  const { isIdempotent, hasProgress, hasBrokenItems, concurrency } = one;
  const said = commands.map(({ command, times }) => {
    const what = 'id' in command ? `${command.type} ${command.id}` : command.type;
    if (times === 1) return what;
    return Number.isFinite(times) ? `${what} ${times} times` : `${what} at will`;
  });
  return [
    counted(tabCount, 'tab'),
    counted(kills, 'kill'),
    ...(faults > 0 ? [`${counted(faults, 'fault')} of the store`] : []),
    ...(hangs > 0 ? [`${counted(hangs, 'read')} without an answer`] : []),
    ...(leaves > 0 ? [`${counted(leaves, 'tab')} left`] : []),
    ...(stored > 0 ? [`${counted(stored, 'generation')} of another client`] : []),
    ...(refusals > 0 ? [`${counted(refusals, 'submit')} refused for now`] : []),
    ...(moves > 0 ? [`${counted(moves, 'lock')} moved`] : []),
    ...(hasLocks ? [] : ['no locks']),
    ...(outputs > 1 ? [counted(outputs, 'output')] : []),
    ...(isIdempotent ? ['submits that may be repeated'] : []),
    ...(hasProgress ? ['progress'] : []),
    ...(hasBrokenItems ? ['items that are none'] : []),
    ...(concurrency ? [`${concurrency} at once`] : []),
    ...said,
  ].join(', ');
}
