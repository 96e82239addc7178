import { type Bounds, itemsOf, jobOf, promptOf } from './bounds.js';
import { type Finding, found } from './findings.js';
import type { Item } from './store-model.js';
import type { Deed } from './tab-model.js';
import { type Account, type Ledger, nothingTold, type World } from './world.js';

type Emitted = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly id: string;
  readonly items?: readonly Item[];
  readonly item?: Item;
  readonly job?: { readonly id: string };
  readonly failure?: { readonly resumable: boolean; readonly charged: string; readonly job?: { readonly id: string } };
  readonly charged?: string;
};

const twice = (count: number) => Math.min(2, count + 1);

/** Keeps the accounts of what tabs do, and says what they may not do. */
export class Books {
  readonly #bounds: Bounds;
  /** Whose input a generation has: of one that is tried again, the first one's. */
  readonly #prompts: ReadonlyMap<string, string>;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#prompts = new Map(
      bounds.commands.flatMap(({ command }) => {
        if (command.type === 'GENERATE') return [[String(command.id), command.input.prompt] as const];
        return command.type === 'RETRY' ? [[String(command.as), promptOf(command.id)] as const] : [];
      }),
    );
  }

  /** The ledger with the deed in it, or what was wrong about it. */
  enter(ledger: Ledger, deed: Deed): Ledger | Finding {
    if (deed.type === 'posts') return this.#post(ledger, deed);
    // What the client emits, by its own types.
    return this.#emission(ledger, deed.event as unknown as Emitted);
  }

  promptOf(id: string): string | undefined {
    return this.#prompts.get(id);
  }

  /** A call of the store has failed or hung. */
  hasFailed(ledger: Ledger): boolean {
    return ledger.faults < (this.#bounds.faults ?? 0);
  }

  /** All its items are in the gallery, or were removed from it. */
  isKept({ shelf }: World, id: string): boolean {
    const there = [...shelf.items.map(item => item.id), ...shelf.removed];
    return itemsOf(id, this.#bounds).every(own => there.includes(own));
  }

  ownItems(id: string, items: readonly Item[]): Finding | undefined {
    const own = itemsOf(id, this.#bounds);
    const stranger = items.find(item => !own.includes(item.id) || item.for !== id || item.of !== jobOf(id));
    if (stranger) return found("each result is its own job's", `${id} brings ${JSON.stringify(stranger)}`);
    if (new Set(items.map(item => item.id)).size < items.length)
      return found('each result is in the gallery once', `${id} brings ${JSON.stringify(items)}`);
    return undefined;
  }

  /** Nothing has happened that lets an end be told again, and nobody looks again for what has ended. */
  #isSerene(ledger: Ledger): boolean {
    const { kills, moves = 0, hasLocks = true, commands } = this.#bounds;
    const isQuiet = ledger.kills === kills && ledger.moves === moves && !this.hasFailed(ledger);
    return (
      isQuiet && hasLocks && !commands.some(({ command }) => command.type === 'RESUME' || command.type === 'CHECK')
    );
  }

  #post(ledger: Ledger, { id, key, input }: Extract<Deed, { type: 'posts' }>): Ledger | Finding {
    const account = ledger.accounts[id] ?? nothingTold;
    const prompt = this.#prompts.get(id);
    if (key !== id) return found('nothing is submitted twice', `${id} is submitted with the key of ${key}`);
    if (typeof input !== 'object' || input === null || Reflect.get(input, 'prompt') !== prompt) {
      return found("each result is its own job's", `${id} is submitted with ${JSON.stringify(input)}`);
    }
    if (account.posts > 0 && !this.#bounds.isIdempotent) return found('nothing is submitted twice', `${id} is`);
    // A page that died between telling and clearing leaves a record: it is submitted once more, with the same key.
    const isRepeated =
      this.#bounds.isIdempotent && ledger.kills < this.#bounds.kills && (account.end !== 'unpaid' || account.posts > 0);
    if ((account.end !== undefined || account.completed > 0) && !isRepeated) {
      return found(
        'nothing is submitted once it has ended',
        `${id} is, and was told to be ${account.end ?? 'completed'}`,
      );
    }
    return withAccount(ledger, id, { posts: twice(account.posts) });
  }

  #emission(ledger: Ledger, event: Emitted): Ledger | Finding {
    const { type, id, items = [], item, job, failure, charged } = event;
    const account = ledger.accounts[id] ?? nothingTold;
    if (
      /failed|cancelled/.test(type) &&
      account.end !== undefined &&
      account.end !== 'resumable' &&
      this.#isSerene(ledger)
    ) {
      return found('one tab tells of a result', `${id} is told to have ended a second time`);
    }
    if (type === 'generation.completed') {
      const finding = this.ownItems(id, items);
      if (finding) return finding;
      if (job?.id !== jobOf(id)) return found("each result is its own job's", `${id} is told to be of ${job?.id}`);
      if (account.fate !== 'succeeded')
        return found(
          'each end is told for what it is',
          `${id} is told to be completed, and its job is ${account.fate}`,
        );
      if (account.completed > 0 && !this.hasFailed(ledger))
        return found('one tab tells of a result', `${id} is told to be completed a second time`);
      return withAccount(ledger, id, { completed: twice(account.completed), end: 'over' });
    }
    if (type === 'generation.failed') {
      if (failure?.job && failure.job.id !== jobOf(id))
        return found("each result is its own job's", `${id} fails by ${failure.job.id}`);
      // Once it was told to be over, a tab that has not heard of it yet takes nothing of that back.
      const isOver = account.end === 'over' || account.completed > 0;
      return withAccount(ledger, id, { end: failure?.resumable && !isOver ? 'resumable' : 'over' });
    }
    if (type === 'generation.cancelled') {
      if (charged === 'no' && account.fate !== undefined)
        return found(
          'each end is told for what it is',
          `${id} is told to have cost nothing, and its job is ${account.fate}`,
        );
      return withAccount(ledger, id, { end: charged === 'no' ? 'unpaid' : 'over' });
    }
    if (type === 'item.added' && item) {
      const count = ledger.added[item.id] ?? 0;
      if (count > 0 && !this.hasFailed(ledger))
        return found('one tab tells of a result', `${item.id} is told to be added a second time`);
      return this.ownItems(id, [item]) ?? { ...ledger, added: { ...ledger.added, [item.id]: twice(count) } };
    }
    return ledger;
  }
}

const withAccount = (ledger: Ledger, id: string, change: Partial<Account>): Ledger => ({
  ...ledger,
  accounts: { ...ledger.accounts, [id]: { ...nothingTold, ...ledger.accounts[id], ...change } },
});
