import { type Bounds, itemsOf, jobOf, promptOf } from './bounds.js';
import { type Finding, found } from './findings.js';
import type { Item } from './store-model.js';
import type { TabEffect } from './tab-model.js';
import { type Account, type Ledger, nothingTold, type World } from './world.js';

type Emitted = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly id: string;
  readonly items?: readonly Item[];
  readonly item?: Item;
  readonly job?: { readonly id: string };
  readonly failure?: {
    readonly code: string;
    readonly resumable: boolean;
    readonly charged: string;
    readonly job?: { readonly id: string };
  };
  readonly charged?: string;
};

type Command = Bounds['commands'][number]['command'];
const idOf = (command: Command) => (command.type === 'RETRY' ? command.as : 'id' in command ? command.id : undefined);

const twice = (count: number) => Math.min(2, count + 1);

/** Enters what tabs do into the ledger, and finds what they must not do. */
export class LedgerRules {
  readonly #bounds: Bounds;
  /** The input of each generation. A retry has that of the first one. */
  readonly #prompts: ReadonlyMap<string, string>;
  /** What clicks on one button make, and what retries of A make. */
  readonly #clicked: readonly string[];
  readonly #retries: readonly string[];

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#prompts = new Map(
      bounds.commands.flatMap(({ command }) => {
        if (command.type === 'GENERATE') return [[String(command.id), command.input.prompt] as const];
        return command.type === 'RETRY' ? [[String(command.as), promptOf(command.id)] as const] : [];
      }),
    );
    const ids = (isOne: (command: Command) => boolean) =>
      bounds.commands
        .map(({ command }) => command)
        .filter(isOne)
        .map(command => String(idOf(command)));
    this.#clicked = ids(command => command.type === 'GENERATE' && command.isIdNew === true);
    this.#retries = ids(({ type }) => type === 'RETRY');
  }

  /** The ledger after the effect, or the rule that it breaks. */
  enter(ledger: Ledger, effect: TabEffect): Ledger | Finding {
    if (effect.type === 'posts') return this.#post(ledger, effect);
    if (effect.type === 'aborts') return found('no submit is aborted', `${effect.id} is`);
    // The client's types say what it emits.
    return this.#emission(ledger, effect.event as unknown as Emitted);
  }

  promptOf(id: string): string | undefined {
    return this.#prompts.get(id);
  }

  /** A call of the store has failed or timed out. */
  hasFailed(ledger: Ledger): boolean {
    return ledger.faults < (this.#bounds.faults ?? 0);
  }

  /** A page was left: it tells nothing more, and the next page does. */
  hasLeft(ledger: Ledger): boolean {
    return ledger.leaves < (this.#bounds.leaves ?? 0);
  }

  /** A reading call of the store was not answered. */
  hasHung(ledger: Ledger): boolean {
    return ledger.hangs < (this.#bounds.hangs ?? 0);
  }

  /** All its items are in the gallery, or were removed from it. */
  isKept({ store }: World, id: string): boolean {
    const there = [...store.items.map(item => item.id), ...store.removed];
    return itemsOf(id, this.#bounds).every(own => there.includes(own));
  }

  ownItems(id: string, items: readonly Item[]): Finding | undefined {
    const own = itemsOf(id, this.#bounds);
    const isOwn = (item: Item | undefined) =>
      !!item && own.includes(item.id) && item.for === id && item.of === jobOf(id);
    if (!Array.from(items).every(isOwn))
      return found("each result is its own job's", `${id} brings ${JSON.stringify(items)}`);
    if (new Set(items.map(item => item.id)).size < items.length)
      return found('each result is in the gallery once', `${id} brings ${JSON.stringify(items)}`);
    return undefined;
  }

  /** Nothing has happened after which an end may be reported twice, and no command follows an ended generation again. */
  #isUndisturbed(ledger: Ledger): boolean {
    const { kills, moves = 0, hasLocks = true, commands } = this.#bounds;
    const isWhole =
      ledger.kills === kills && ledger.moves === moves && !this.hasFailed(ledger) && !this.hasLeft(ledger);
    return (
      isWhole && hasLocks && !commands.some(({ command }) => command.type === 'RESUME' || command.type === 'CHECK')
    );
  }

  #post(ledger: Ledger, { id, key, input }: Extract<TabEffect, { type: 'posts' }>): Ledger | Finding {
    const account = ledger.accounts[id] ?? nothingTold;
    const prompt = this.#prompts.get(id);
    if (key !== id) return found('nothing is submitted twice', `${id} is submitted with the key of ${key}`);
    if (typeof input !== 'object' || input === null || Reflect.get(input, 'prompt') !== prompt) {
      return found("each result is its own job's", `${id} is submitted with ${JSON.stringify(input)}`);
    }
    if (account.posts > 0 && !this.#bounds.isIdempotent) return found('nothing is submitted twice', `${id} is`);
    // A page that was killed between report and removal leaves a stored generation: it is submitted again with the same key.
    const isRepeated =
      this.#bounds.isIdempotent &&
      (ledger.kills < this.#bounds.kills || this.hasLeft(ledger)) &&
      (account.end !== 'unpaid' || account.posts > 0);
    // Nothing is stored of a generation that was cancelled in the queue, so its id is free.
    const isFree = account.end === 'unpaid' && account.posts === 0;
    if ((account.end !== undefined || account.completed > 0) && !isRepeated && !isFree) {
      return found(
        'nothing is submitted once it has ended',
        `${id} is, and was reported as ${account.end ?? 'completed'}`,
      );
    }
    return (
      this.#runningWish(ledger, id) ??
      withAccount(ledger, id, { posts: twice(account.posts), isRefused: false, ...(isFree && { end: undefined }) })
    );
  }

  /** A wish is submitted once: a second click before the job is known, or a second retry before the first has ended, is none. */
  #runningWish({ accounts }: Ledger, id: string): Finding | undefined {
    const wasSent = ({ posts, end, completed }: Account) => posts > 0 && end === undefined && completed === 0;
    const twin = this.#clicked.includes(id)
      ? this.#clicked.find(
          other => other !== id && wasSent(accounts[other] ?? nothingTold) && !accounts[other]?.jobState,
        )
      : this.#retries.includes(id)
        ? this.#retries.find(other => other !== id && wasSent(accounts[other] ?? nothingTold))
        : undefined;
    if (twin) return found('no job is submitted for a wish that is running', `${id} is, and ${twin} is the same wish`);
    if (this.#retries.includes(id) && accounts['A']?.end === 'resumable')
      return found('no job is submitted for a wish that is running', `${id} is paid anew, and A can be resumed`);
    return undefined;
  }

  #emission(ledger: Ledger, event: Emitted): Ledger | Finding {
    const { type, id, items = [], item, job, failure, charged } = event;
    const account = ledger.accounts[id] ?? nothingTold;
    if (
      /failed|cancelled/.test(type) &&
      account.end !== undefined &&
      account.end !== 'resumable' &&
      this.#isUndisturbed(ledger)
    ) {
      return found('one tab emits a result', `${id} is reported as ended a second time`);
    }
    if (type === 'generation.completed') {
      const finding = this.ownItems(id, items);
      if (finding) return finding;
      if (job?.id !== jobOf(id)) return found("each result is its own job's", `${id} is reported as of ${job?.id}`);
      if (account.jobState !== 'succeeded')
        return found(
          'each outcome is reported as it is',
          `${id} is reported as completed, and its job is ${account.jobState}`,
        );
      if (account.completed > 0 && !this.hasFailed(ledger))
        return found('one tab emits a result', `${id} is reported as completed a second time`);
      return withAccount(ledger, id, { completed: twice(account.completed), end: 'over' });
    }
    if (type === 'generation.failed') {
      if (failure?.job && failure.job.id !== jobOf(id))
        return found("each result is its own job's", `${id} fails by ${failure.job.id}`);
      const isWhole = ledger.kills === this.#bounds.kills && !this.hasFailed(ledger) && !this.hasHung(ledger);
      if (failure?.code === 'interrupted' && account.jobState && isWhole)
        return found('no running generation is lost', `${id} is told as interrupted, and no page was killed`);
      // A tab that does not know the end yet may report an earlier failure: that changes nothing.
      const isOver = account.end === 'over' || account.completed > 0;
      return withAccount(ledger, id, { end: failure?.resumable && !isOver ? 'resumable' : 'over' });
    }
    if (type === 'generation.cancelled') {
      if (charged === 'no' && account.jobState !== undefined)
        return found(
          'each outcome is reported as it is',
          `${id} is reported as not charged, and its job is ${account.jobState}`,
        );
      return withAccount(ledger, id, { end: charged === 'no' ? 'unpaid' : 'over' });
    }
    if (type === 'item.added' && item) {
      const count = ledger.added[item.id] ?? 0;
      if (count > 0 && !this.hasFailed(ledger))
        return found('one tab emits a result', `${item.id} is reported as added a second time`);
      return this.ownItems(id, [item]) ?? { ...ledger, added: { ...ledger.added, [item.id]: twice(count) } };
    }
    return ledger;
  }
}

const withAccount = (ledger: Ledger, id: string, change: Partial<Account>): Ledger => ({
  ...ledger,
  accounts: { ...ledger.accounts, [id]: { ...nothingTold, ...ledger.accounts[id], ...change } },
});
