import type { ClientGeneration } from 'generation-lifecycle';
import { jobOf } from './bounds.js';
import { type Finding, found } from './findings.js';
import type { LedgerRules } from './ledger.js';
import { type Item, runningIn } from './store-model.js';
import type { Tab } from './tab-model.js';
import type { TabSteps } from './tab-steps.js';
import type { World } from './world.js';

type View = { readonly generations: readonly ClientGeneration<unknown, Item>[]; readonly items: readonly Item[] };

/** Checks what a page shows. */
export class Views {
  readonly #steps: TabSteps;
  readonly #ledgerRules: LedgerRules;
  readonly #judged = new Map<number, Finding | undefined>();

  constructor(steps: TabSteps, rules: LedgerRules) {
    this.#steps = steps;
    this.#ledgerRules = rules;
  }

  /** What holds in a tab in every state. */
  judge(index: number): Finding | undefined {
    if (!this.#judged.has(index)) this.#judged.set(index, this.#judgeTab(this.#steps.at(index)));
    return this.#judged.get(index);
  }

  canResume(index: number, id: string): boolean {
    if (index < 0) return false;
    const { generations }: View = this.#steps.clients.at(this.#steps.at(index).client).snapshot.context;
    return generations.some(shown => shown.id === id && shown.canResume);
  }

  /** What holds in a tab where nothing can happen any more by itself. */
  judgeAtRest(index: number, world: World): Finding | undefined {
    const { tabs, store, ledger } = world;
    const tab = this.#steps.at(index);
    const { generations, items }: View = this.#steps.clients.at(tab.client).snapshot.context;
    if (tab.runs.length > 0) return found('every execution ends', `${tab.runs.length} runs stay`);
    const show = (list: readonly { readonly id: string }[]) =>
      list
        .map(({ id }) => id)
        .sort()
        .join();
    if (show(items) !== show(store.items)) {
      return found(
        'at the end all tabs show what is stored',
        `a page shows '${show(items)}', and stored is '${show(store.items)}'`,
      );
    }
    for (const { id, isRunning, canResume, status } of generations) {
      if (isRunning) return found('at the end all tabs show what is stored', `${id} is shown as if it ran`);
      if (
        status === 'failed' &&
        !canResume &&
        ledger.accounts[id]?.completed &&
        // Of a page that died, nothing but the items tells that there was a result.
        store.items.some(item => item.for === id) &&
        !this.#ledgerRules.hasHung(ledger) &&
        !this.#ledgerRules.hasFailed(ledger)
      )
        return found('each outcome is reported as it is', `${id} is shown as ${status}, and was completed`);
      const stored = runningIn(store, id);
      // What a page that was left has stored of a refused submit is told, and cannot be resumed.
      const isOnRecord = stored !== undefined && stored.failure?.resumable !== false;
      // A tab with a failure does not know that another one has ended the generation since: it may still offer RESUME.
      const isOver = ledger.accounts[id]?.end === 'over' || this.#ledgerRules.isKept(world, id);
      if (
        canResume !== isOnRecord &&
        !(canResume && isOver && tabs.length > 1) &&
        !this.#ledgerRules.hasFailed(ledger)
      ) {
        return found(
          'at the end all tabs show what is stored',
          `${id} ${canResume ? 'can be resumed, and is not stored' : 'cannot be resumed, and is stored'}`,
        );
      }
    }
    return undefined;
  }

  #judgeTab(tab: Tab): Finding | undefined {
    const { snapshot } = this.#steps.clients.at(tab.client);
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
      const finding = this.#ledgerRules.ownItems(id, own);
      if (finding) return finding;
      const strange = [job, failure?.job].find(one => one !== undefined && one.id !== jobOf(id));
      if (strange) return found("each result is its own job's", `${id} shows ${strange.id}`);
      if (description?.['prompt'] !== this.#ledgerRules.promptOf(id))
        return found("each result is its own job's", `${id} shows ${JSON.stringify(description)}`);
    }
    return undefined;
  }
}
