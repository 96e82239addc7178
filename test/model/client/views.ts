import type { ClientGeneration } from 'generation-lifecycle';
import { jobOf } from './bounds.js';
import { type Finding, found } from './findings.js';
import type { Books } from './ledger.js';
import type { Item } from './store-model.js';
import type { Tab } from './tab-model.js';
import type { TabSteps } from './tab-steps.js';
import type { World } from './world.js';

type View = { readonly generations: readonly ClientGeneration<unknown, Item>[]; readonly items: readonly Item[] };

/** Judges what a page shows. */
export class Views {
  readonly #steps: TabSteps;
  readonly #books: Books;
  readonly #judged = new Map<number, Finding | undefined>();

  constructor(steps: TabSteps, books: Books) {
    this.#steps = steps;
    this.#books = books;
  }

  /** What holds in a tab at every moment. */
  judge(index: number): Finding | undefined {
    if (!this.#judged.has(index)) this.#judged.set(index, this.#judgeTab(this.#steps.at(index)));
    return this.#judged.get(index);
  }

  canResume(index: number, id: string): boolean {
    if (index < 0) return false;
    const { generations }: View = this.#steps.clients.at(this.#steps.at(index).client).snapshot.context;
    return generations.some(shown => shown.id === id && shown.canResume);
  }

  /** What holds in a tab once all has come to rest. */
  judgeAtRest(index: number, world: World): Finding | undefined {
    const { tabs, shelf, ledger } = world;
    const tab = this.#steps.at(index);
    const { generations, items }: View = this.#steps.clients.at(tab.client).snapshot.context;
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
    for (const { id, isRunning, canResume } of generations) {
      if (isRunning) return found('at rest all tabs show what is stored', `${id} is shown as if it ran`);
      const isOnRecord = shelf.records[id] !== undefined;
      // Who had given up and has not looked since does not know that another came to the end: it can look for itself.
      const isOver = ledger.accounts[id]?.end === 'over' || this.#books.isKept(world, id);
      if (canResume !== isOnRecord && !(canResume && isOver && tabs.length > 1) && !this.#books.hasFailed(ledger)) {
        return found(
          'at rest all tabs show what is stored',
          `${id} ${canResume ? 'can be followed, and there is no record' : 'cannot be followed, and there is a record'}`,
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
      const finding = this.#books.ownItems(id, own);
      if (finding) return finding;
      const strange = [job, failure?.job].find(one => one !== undefined && one.id !== jobOf(id));
      if (strange) return found("each result is its own job's", `${id} shows ${strange.id}`);
      if (description?.['prompt'] !== this.#books.promptOf(id))
        return found("each result is its own job's", `${id} shows ${JSON.stringify(description)}`);
    }
    return undefined;
  }
}
