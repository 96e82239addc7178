import type { GenerationRecord, ToolGeneration } from 'generation-lifecycle';
import { type Bounds, itemsOf, jobOf, promptOf } from './bounds.js';
import type { Item } from './store-model.js';
import type { Deed, Tab } from './tab-model.js';
import type { TabSteps } from './tab-steps.js';
import { type Account, type Ledger, type Move, nothingTold, type World } from './world.js';

/** What is forbidden, and how it was done. */
export type Finding = { readonly monitor: string; readonly why: string };

const twice = (count: number) => Math.min(2, count + 1);

type Emitted = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly id: string;
  readonly items?: readonly Item[];
  readonly item?: Item;
  readonly job?: { readonly id: string };
  readonly failure?: { readonly followable: boolean; readonly charged: string; readonly job?: { readonly id: string } };
  readonly charged?: string;
};

type View = {
  readonly generations: readonly ToolGeneration<unknown, Item>[];
  readonly items: readonly Item[];
  readonly backstage: { readonly [id: string]: { readonly phase: string; readonly record?: GenerationRecord } };
};

const monitorNames = [
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

type MonitorName = (typeof monitorNames)[number];

/** Judges what happens, keeps the accounts, and judges what has come to rest. */
export class Monitors {
  static readonly count = monitorNames.length;
  readonly #bounds: Bounds;
  readonly #steps: TabSteps;
  readonly #judged = new Map<number, Finding | undefined>();
  /** Whose input a generation has: of one that is tried again, the first one's. */
  readonly #prompts: ReadonlyMap<string, string>;

  constructor(bounds: Bounds, steps: TabSteps) {
    this.#bounds = bounds;
    this.#steps = steps;
    this.#prompts = new Map(
      bounds.commands.flatMap(({ command }) => {
        if (command.type === 'GENERATE') return [[String(command.id), command.input.prompt] as const];
        return command.type === 'RETRY' ? [[String(command.as), promptOf(command.id)] as const] : [];
      }),
    );
  }

  /** The world with its books kept, or what was wrong about the move. */
  judge({ world, deeds, commits }: Move): World | Finding {
    let { ledger } = world;
    if (commits) {
      const finding = this.#ownItems(commits.id, commits.items);
      if (finding) return finding;
    }
    for (const deed of deeds) {
      const next =
        deed.type === 'posts' ? this.#post(ledger, deed) : this.#emission(ledger, deed.event as unknown as Emitted);
      if ('monitor' in next) return next;
      ledger = next;
    }
    const next = ledger === world.ledger ? world : { ...world, ledger };
    return this.#state(next) ?? next;
  }

  #hasFailed = (ledger: Ledger) => ledger.faults < (this.#bounds.faults ?? 0);

  /** Nothing has happened that lets an end be told again, and nobody looks again for what has ended. */
  #isSerene(ledger: Ledger): boolean {
    const { kills, moves = 0, hasClaims = true, commands } = this.#bounds;
    const isQuiet = ledger.kills === kills && ledger.moves === moves && !this.#hasFailed(ledger);
    return (
      isQuiet && hasClaims && !commands.some(({ command }) => command.type === 'FOLLOW' || command.type === 'CHECK')
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
      account.end !== 'followable' &&
      this.#isSerene(ledger)
    ) {
      return found('one tab tells of a result', `${id} is told to have ended a second time`);
    }
    if (type === 'generation.completed') {
      const finding = this.#ownItems(id, items);
      if (finding) return finding;
      if (job?.id !== jobOf(id)) return found("each result is its own job's", `${id} is told to be of ${job?.id}`);
      if (account.fate !== 'succeeded')
        return found(
          'each end is told for what it is',
          `${id} is told to be completed, and its job is ${account.fate}`,
        );
      if (account.completed > 0 && !this.#hasFailed(ledger))
        return found('one tab tells of a result', `${id} is told to be completed a second time`);
      return withAccount(ledger, id, { completed: twice(account.completed), end: 'over' });
    }
    if (type === 'generation.failed') {
      if (failure?.job && failure.job.id !== jobOf(id))
        return found("each result is its own job's", `${id} fails by ${failure.job.id}`);
      // Once it was told to be over, a tab that has not heard of it yet takes nothing of that back.
      const isOver = account.end === 'over' || account.completed > 0;
      return withAccount(ledger, id, { end: failure?.followable && !isOver ? 'followable' : 'over' });
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
      if (count > 0 && !this.#hasFailed(ledger))
        return found('one tab tells of a result', `${item.id} is told to be added a second time`);
      return this.#ownItems(id, [item]) ?? { ...ledger, added: { ...ledger.added, [item.id]: twice(count) } };
    }
    return ledger;
  }

  #ownItems(id: string, items: readonly Item[]): Finding | undefined {
    const own = itemsOf(id, this.#bounds);
    const stranger = items.find(item => !own.includes(item.id) || item.for !== id || item.of !== jobOf(id));
    if (stranger) return found("each result is its own job's", `${id} brings ${JSON.stringify(stranger)}`);
    if (new Set(items.map(item => item.id)).size < items.length)
      return found('each result is in the gallery once', `${id} brings ${JSON.stringify(items)}`);
    return undefined;
  }

  /** What holds at every moment. */
  #state(world: World): Finding | undefined {
    const { tabs, shelf, ledger } = world;
    for (const tab of tabs) {
      const finding = tab < 0 ? undefined : this.#inTab(tab);
      if (finding) return finding;
    }
    for (const [id, account] of Object.entries(ledger.accounts)) {
      if (account.end === 'unpaid' && account.fate !== undefined && !this.#bounds.isIdempotent) {
        return found(
          'each end is told for what it is',
          `${id} is told to have cost nothing, and its job is ${account.fate}`,
        );
      }
      const isTold = account.end === 'over' || account.end === 'unpaid' || account.completed > 0;
      if (account.posts === 0 || isTold || account.isDismissed || this.#hasFailed(ledger)) continue;
      if (!shelf.records[id] && !this.#isKept(world, id)) {
        return found(
          'no running record is lost',
          `${id} is ${account.fate ?? 'submitted'}, is ${account.end ?? 'not told to have ended'}, and is nowhere in the store`,
        );
      }
    }
    return this.#followers(world);
  }

  #isKept({ shelf }: World, id: string): boolean {
    const there = [...shelf.items.map(item => item.id), ...shelf.removed];
    return itemsOf(id, this.#bounds).every(own => there.includes(own));
  }

  #followers({ tabs, ledger }: World): Finding | undefined {
    const { hasClaims = true, concurrency = 1, moves = 0 } = this.#bounds;
    const all = tabs.map(tab =>
      tab < 0 ? [] : this.#steps.at(tab).runs.flatMap(({ generation }) => generation ?? []),
    );
    for (const own of all) {
      const count = own.filter(({ cancelWanted }) => !cancelWanted).length;
      if (count > concurrency) return found('no more run than may', `${count} run in one tab`);
    }
    if (!hasClaims || this.#hasFailed(ledger) || ledger.moves < moves) return undefined;
    const ids = all.flat().map(({ id }) => id);
    const twin = ids.find((id, at) => ids.indexOf(id) < at);
    return twin === undefined ? undefined : found('one tab follows', `${twin} is followed twice`);
  }

  #inTab(index: number): Finding | undefined {
    if (!this.#judged.has(index)) this.#judged.set(index, this.#judgeTab(this.#steps.at(index)));
    return this.#judged.get(index);
  }

  #judgeTab(tab: Tab): Finding | undefined {
    const { snapshot } = this.#steps.tools.at(tab.tool);
    const broken = [snapshot, ...tab.runs.map(({ local }) => this.#steps.runs.at(local).snapshot)].find(
      ({ status }) => status === 'error' || status === 'stopped',
    );
    if (broken) return found('no machine is in error', String(broken.error));
    const { generations, items }: View = snapshot.context;
    const ids = items.map(({ id }) => id);
    if (new Set(ids).size < ids.length) return found('each result is in the gallery once', `a page shows ${ids}`);
    const shown = [...items, ...generations.flatMap(generation => generation.items)];
    const back = shown.find(({ id }) => tab.removed.includes(id));
    if (back) return found('what is removed stays removed', `${back.id} is shown again`);
    if (new Set(generations.map(({ id }) => id)).size < generations.length)
      return found('the list does not grow', 'a generation is listed twice');
    if (tab.runs.length > generations.length + 1)
      return found('the list does not grow', `there are ${tab.runs.length} runs`);
    for (const { id, job, items: own, description, failure } of generations) {
      const finding = this.#ownItems(id, own);
      if (finding) return finding;
      const strange = [job, failure?.job].find(one => one !== undefined && one.id !== jobOf(id));
      if (strange) return found("each result is its own job's", `${id} shows ${strange.id}`);
      if (description?.['prompt'] !== this.#prompts.get(id))
        return found("each result is its own job's", `${id} shows ${JSON.stringify(description)}`);
    }
    return undefined;
  }

  /** What holds once nothing happens any more by itself. */
  review(world: World): Finding | undefined {
    const { tabs, shelf, ledger } = world;
    const hasDied = ledger.kills < this.#bounds.kills;
    // What could not be written is gone with its page.
    const isExcused = this.#hasFailed(ledger) && hasDied;
    const running = Object.values(shelf.records).find(
      // What could not be cleared is cleared by the next page that reads it.
      ({ failure, token: { id } }) =>
        !failure && !(this.#hasFailed(ledger) && (ledger.accounts[id]?.end !== undefined || this.#isKept(world, id))),
    );
    if (running) return found('at rest all is accounted for', `the record of ${running.token.id} stays for ever`);
    for (const [id, account] of Object.entries(ledger.accounts)) {
      const isFollowable = shelf.records[id]?.failure?.followable === true;
      const isTold = account.end === 'over' || account.end === 'unpaid';
      const isInMemory = this.#hasFailed(ledger) && tabs.some(tab => this.#canFollow(tab, id));
      const isSettled = this.#isKept(world, id) || isFollowable || isInMemory || account.isDismissed;
      if (account.posts > 0 && !isSettled && !(isTold && account.completed === 0) && !isExcused) {
        return found('at rest all is accounted for', `${id} was submitted, and there is nothing of it`);
      }
    }
    for (const tab of tabs) {
      const finding = tab < 0 ? undefined : this.#atRest(tab, world);
      if (finding) return finding;
    }
    return undefined;
  }

  #canFollow(index: number, id: string): boolean {
    if (index < 0) return false;
    const { generations }: View = this.#steps.tools.at(this.#steps.at(index).tool).snapshot.context;
    return generations.some(shown => shown.id === id && shown.canFollow);
  }

  #atRest(index: number, world: World): Finding | undefined {
    const { tabs, shelf, ledger } = world;
    const tab = this.#steps.at(index);
    const { generations, items }: View = this.#steps.tools.at(tab.tool).snapshot.context;
    if (tab.runs.length > 0) return found('everything comes to rest', `${tab.runs.length} runs stay`);
    const show = (list: readonly { readonly id: string }[]) =>
      list
        .map(({ id }) => id)
        .sort()
        .join();
    if (show(items) !== show(shelf.items)) {
      return found(
        'at rest all tabs show what is stored',
        `a page shows '${show(items)}', and stored is '${show(shelf.items)}'`,
      );
    }
    for (const { id, isRunning, canFollow } of generations) {
      if (isRunning) return found('at rest all tabs show what is stored', `${id} is shown as if it ran`);
      const isOnRecord = shelf.records[id] !== undefined;
      // Who had given up and has not looked since does not know that another came to the end: it can look for itself.
      const isOver = ledger.accounts[id]?.end === 'over' || this.#isKept(world, id);
      if (canFollow !== isOnRecord && !(canFollow && isOver && tabs.length > 1) && !this.#hasFailed(ledger)) {
        return found(
          'at rest all tabs show what is stored',
          `${id} ${canFollow ? 'can be followed, and there is no record' : 'cannot be followed, and there is a record'}`,
        );
      }
    }
    return undefined;
  }
}

const found = (monitor: MonitorName, why: string): Finding => ({ monitor, why });

const withAccount = (ledger: Ledger, id: string, change: Partial<Account>): Ledger => ({
  ...ledger,
  accounts: { ...ledger.accounts, [id]: { ...nothingTold, ...ledger.accounts[id], ...change } },
});
