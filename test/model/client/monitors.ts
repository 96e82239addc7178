import type { Bounds } from './bounds.js';
import { type Finding, found, monitorNames } from './findings.js';
import { Books } from './ledger.js';
import type { TabSteps } from './tab-steps.js';
import { Views } from './views.js';
import type { Move, World } from './world.js';

/** Judges what happens, every moment, and what has come to rest. */
export class Monitors {
  static readonly count = monitorNames.length;
  readonly #bounds: Bounds;
  readonly #steps: TabSteps;
  readonly #books: Books;
  readonly #views: Views;

  constructor(bounds: Bounds, steps: TabSteps) {
    this.#bounds = bounds;
    this.#steps = steps;
    this.#books = new Books(bounds);
    this.#views = new Views(steps, this.#books);
  }

  /** The world with its books kept, or what was wrong about the move. */
  judge({ world, deeds, commits }: Move): World | Finding {
    const finding = commits && this.#books.ownItems(commits.id, commits.items);
    if (finding) return finding;
    let { ledger } = world;
    for (const deed of deeds) {
      const next = this.#books.enter(ledger, deed);
      if ('monitor' in next) return next;
      ledger = next;
    }
    const next = ledger === world.ledger ? world : { ...world, ledger };
    return this.#state(next) ?? next;
  }

  /** What holds at every moment. */
  #state(world: World): Finding | undefined {
    const { tabs, shelf, ledger } = world;
    for (const tab of tabs) {
      const finding = tab < 0 ? undefined : this.#views.judge(tab);
      if (finding) return finding;
    }
    for (const [id, account] of Object.entries(ledger.accounts)) {
      if (account.end === 'unpaid' && account.fate !== undefined && !this.#bounds.isIdempotent) {
        return found(
          'each end is told for what it is',
          `${id} is told to have cost nothing, and its job is ${account.fate}`,
        );
      }
      const isOutcomeEmitted = account.end === 'over' || account.end === 'unpaid' || account.completed > 0;
      if (account.posts === 0 || isOutcomeEmitted || account.isDismissed || this.#books.hasFailed(ledger)) continue;
      if (!shelf.records[id] && !this.#books.isKept(world, id)) {
        return found(
          'no running record is lost',
          `${id} is ${account.fate ?? 'submitted'}, is ${account.end ?? 'not told to have ended'}, and is nowhere in the store`,
        );
      }
    }
    return this.#followers(world);
  }

  #followers({ tabs, ledger }: World): Finding | undefined {
    const { hasLocks = true, concurrency = 1, moves = 0 } = this.#bounds;
    const all = tabs.map(tab =>
      tab < 0 ? [] : this.#steps.at(tab).runs.flatMap(({ generation }) => generation ?? []),
    );
    for (const own of all) {
      const count = own.filter(({ cancelRequested }) => !cancelRequested).length;
      if (count > concurrency) return found('no more run than may', `${count} run in one tab`);
    }
    if (!hasLocks || this.#books.hasFailed(ledger) || ledger.moves < moves) return undefined;
    const ids = all.flat().map(({ id }) => id);
    const twin = ids.find((id, at) => ids.indexOf(id) < at);
    return twin === undefined ? undefined : found('one tab follows', `${twin} is followed twice`);
  }

  /** What holds once nothing happens any more by itself. */
  review(world: World): Finding | undefined {
    const { tabs, shelf, ledger } = world;
    const hasDied = ledger.kills < this.#bounds.kills;
    // What could not be written is gone with its page.
    const isExcused = this.#books.hasFailed(ledger) && hasDied;
    const running = Object.values(shelf.records).find(
      // What could not be cleared is cleared by the next page that reads it.
      ({ failure, token: { id } }) =>
        !failure &&
        !(this.#books.hasFailed(ledger) && (ledger.accounts[id]?.end !== undefined || this.#books.isKept(world, id))),
    );
    if (running) return found('at rest all is accounted for', `the record of ${running.token.id} stays for ever`);
    for (const [id, account] of Object.entries(ledger.accounts)) {
      const isResumable = shelf.records[id]?.failure?.resumable === true;
      const isOutcomeEmitted = account.end === 'over' || account.end === 'unpaid';
      const isInMemory = this.#books.hasFailed(ledger) && tabs.some(tab => this.#views.canResume(tab, id));
      const isSettled = this.#books.isKept(world, id) || isResumable || isInMemory || account.isDismissed;
      if (account.posts > 0 && !isSettled && !(isOutcomeEmitted && account.completed === 0) && !isExcused) {
        return found('at rest all is accounted for', `${id} was submitted, and there is nothing of it`);
      }
    }
    for (const tab of tabs) {
      const finding = tab < 0 ? undefined : this.#views.judgeAtRest(tab, world);
      if (finding) return finding;
    }
    return undefined;
  }
}
