import type { Bounds } from './bounds.js';
import { type Finding, found, monitorNames } from './findings.js';
import { LedgerRules } from './ledger.js';
import { isStrange, runningIn, strange } from './store-model.js';
import type { TabEffect } from './tab-model.js';
import type { TabSteps } from './tab-steps.js';
import { Views } from './views.js';
import type { Move, World } from './world.js';

type EmittedEvent = Extract<TabEffect, { type: 'emits' }>['event'];

/** Checks the rules: for each move, in each state, and where nothing can happen any more by itself. */
export class Monitors {
  static readonly count = monitorNames.length;
  readonly #bounds: Bounds;
  readonly #steps: TabSteps;
  readonly #ledgerRules: LedgerRules;
  readonly #views: Views;

  constructor(bounds: Bounds, steps: TabSteps) {
    this.#bounds = bounds;
    this.#steps = steps;
    this.#ledgerRules = new LedgerRules(bounds);
    this.#views = new Views(steps, this.#ledgerRules);
  }

  /** The world with its ledger, or the rule that the move breaks. */
  judge({ world, effects, commits }: Move): World | Finding {
    const finding = commits && this.#ledgerRules.ownItems(commits.id, commits.items);
    if (finding) return finding;
    let { ledger } = world;
    for (const effect of effects) {
      if (effect.type === 'posts' && isStrange(world.store.generations[effect.id]))
        return found("another client's generation is left alone", `${effect.id} is submitted`);
      const early = effect.type === 'emits' && this.#toldTooEarly(world, effect.event);
      if (early) return early;
      const next = this.#ledgerRules.enter(ledger, effect);
      if ('monitor' in next) return next;
      ledger = next;
    }
    const next = ledger === world.ledger ? world : { ...world, ledger };
    return this.#state(next) ?? next;
  }

  /** A page may still submit what is stored as running, so its end as not charged is stored before it is reported (W6). */
  #toldTooEarly({ store, ledger }: World, { type, id, charged }: EmittedEvent): Finding | undefined {
    if (type !== 'generation.cancelled' || charged !== 'no' || typeof id !== 'string') return undefined;
    const isStored = runningIn(store, id) !== undefined && !ledger.accounts[id]?.posts;
    if (!isStored || this.#ledgerRules.hasFailed(ledger)) return undefined;
    return found(
      'each outcome is reported as it is',
      `${id} is reported as not charged, and is still stored as running: another page may submit it`,
    );
  }

  /** What holds in every state. */
  #state(world: World): Finding | undefined {
    const { tabs, store, ledger } = world;
    for (const tab of tabs) {
      const finding = tab < 0 ? undefined : this.#views.judge(tab);
      if (finding) return finding;
    }
    const strangers = Object.values(store.generations).filter(isStrange);
    const isWhole = strangers.every(
      one => JSON.stringify(one) === JSON.stringify(strange(one.token.id, one.token.job)),
    );
    if (!isWhole || strangers.length < (this.#bounds.strangers ?? 0) - ledger.strangers)
      return found("another client's generation is left alone", 'it is changed or removed');
    for (const [id, account] of Object.entries(ledger.accounts)) {
      if (account.end === 'unpaid' && account.jobState !== undefined && !this.#bounds.isIdempotent) {
        return found(
          'each outcome is reported as it is',
          `${id} is reported as not charged, and its job is ${account.jobState}`,
        );
      }
      const isOutcomeEmitted = account.end === 'over' || account.end === 'unpaid' || account.completed > 0;
      if (account.posts === 0 || isOutcomeEmitted || account.isDismissed || this.#ledgerRules.hasFailed(ledger))
        continue;
      // A cancel without a charge, after which the page was left: there is nothing to tell.
      const ended = store.generations[id]?.ended;
      const isNothing = ended?.charged === 'no' && account.jobState === undefined && this.#ledgerRules.hasLeft(ledger);
      if (!runningIn(store, id) && !isNothing && !this.#ledgerRules.isKept(world, id)) {
        return found(
          'no running generation is lost',
          `${id} is ${account.jobState ?? 'submitted'}, is ${account.end ?? 'not reported as ended'}, and is not in the store`,
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
    if (!hasLocks || this.#ledgerRules.hasFailed(ledger) || ledger.moves < moves) return undefined;
    const ids = all.flat().map(({ id }) => id);
    const twin = ids.find((id, at) => ids.indexOf(id) < at);
    return twin === undefined ? undefined : found('one tab follows', `${twin} is followed twice`);
  }

  /** What holds where nothing can happen any more by itself. */
  review(world: World): Finding | undefined {
    const { tabs, store, ledger } = world;
    const hasDied = ledger.kills < this.#bounds.kills;
    // What could not be written is lost with its page.
    const isExcused = this.#ledgerRules.hasFailed(ledger) && hasDied;
    const running = Object.values(store.generations).find(
      // What could not be removed is removed by the next page that reads it.
      ({ failure, ended, token: { id } }) =>
        !failure &&
        !ended &&
        !isStrange(store.generations[id]) &&
        !(
          this.#ledgerRules.hasFailed(ledger) &&
          (ledger.accounts[id]?.end !== undefined || this.#ledgerRules.isKept(world, id))
        ),
    );
    if (running)
      return found('at the end every generation is accounted for', `${running.token.id} stays in the store as running`);
    for (const [id, account] of Object.entries(ledger.accounts)) {
      const hasLeft = this.#ledgerRules.hasLeft(ledger);
      const failure = runningIn(store, id)?.failure;
      // The next page tells what this one could not.
      const isResumable = failure?.resumable === true || (failure !== undefined && hasLeft);
      const isNothing = store.generations[id]?.ended?.charged === 'no' && !account.jobState && hasLeft;
      if (account.isRefused && account.end === undefined && !hasDied && !hasLeft) {
        return found(
          'a refused submit is sent again, or its end is reported',
          `${id} was refused, and nothing followed`,
        );
      }
      const isOutcomeEmitted = account.end === 'over' || account.end === 'unpaid';
      const isInMemory = this.#ledgerRules.hasFailed(ledger) && tabs.some(tab => this.#views.canResume(tab, id));
      const isSettled =
        this.#ledgerRules.isKept(world, id) || isResumable || isNothing || isInMemory || account.isDismissed;
      if (account.posts > 0 && !isSettled && !(isOutcomeEmitted && account.completed === 0) && !isExcused) {
        return found('at the end every generation is accounted for', `${id} was submitted, and there is nothing of it`);
      }
    }
    for (const tab of tabs) {
      const finding = tab < 0 ? undefined : this.#views.judgeAtRest(tab, world);
      if (finding) return finding;
    }
    return undefined;
  }
}
