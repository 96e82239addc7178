import type { EventObject } from 'xstate';
import { type Bounds, jobOf, mostCalls } from './bounds.js';
import { actsOf, type Fate } from './contract.js';
import { answer, refusalOf, type Shelf } from './store-model.js';
import type { Call, Deed, Stimulus, Tab } from './tab-model.js';
import { TabSteps } from './tab-steps.js';

/** What is remembered of one generation, over all tabs and lives. */
export type Account = {
  /** How often a POST of it has left: 2 for more than once. */
  readonly posts: number;
  readonly fate: Fate;
  /** How it was told to have ended. */
  readonly end?: 'unpaid' | 'resumable' | 'over' | undefined;
  /** How often it was told to be completed; 2 for more than once. */
  readonly completed: number;
  readonly isDismissed: boolean;
};

/** What is left of the bounds, and what has happened. */
export type Ledger = {
  readonly commands: readonly number[];
  readonly kills: number;
  readonly faults: number;
  readonly moves: number;
  readonly accounts: { readonly [id: string]: Account };
  /** How often an item was told to be added; 2 for more than once. */
  readonly added: { readonly [id: string]: number };
};

export const nothingTold: Account = { posts: 0, fate: undefined, completed: 0, isDismissed: false };

/** Everything there is at one moment. A tab that is closed is -1. */
export type World = { readonly tabs: readonly number[]; readonly shelf: Shelf; readonly ledger: Ledger };

export type Move = {
  readonly label: string;
  readonly world: World;
  /** Nothing that has to be taken for granted: no command, no fault, no tab that ends. */
  readonly isCalm: boolean;
  readonly deeds: readonly Deed[];
  /** The store took items, for this generation. */
  readonly commits?: { readonly id: string; readonly items: Shelf['items'] } | undefined;
};

const words = (event: EventObject): string => {
  const id = 'id' in event ? ` ${event['id']}` : '';
  return `${event.type}${id}${'as' in event ? ` as ${event['as']}` : ''}`;
};

/** All that can happen next. */
export class Moves {
  readonly steps: TabSteps;
  readonly #bounds: Bounds;
  readonly #answers = new WeakMap<Shelf, Map<string, { readonly shelf: Shelf; readonly stimulus: Stimulus }>>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.steps = new TabSteps(bounds);
  }

  get start(): World {
    const { commands, kills, faults = 0, moves = 0, tabs } = this.#bounds;
    const ledger = { commands: commands.map(({ times }) => times), kills, faults, moves, accounts: {}, added: {} };
    const shelf: Shelf = { records: {}, items: [], removed: [], known: [] };
    return { tabs: Array.from({ length: tabs }, () => -1), shelf, ledger };
  }

  *of(world: World): Generator<Move> {
    const areAllClosed = world.tabs.every(tab => tab < 0);
    for (const [at, tab] of world.tabs.entries()) {
      // Two tabs that are alike do alike.
      if (world.tabs.indexOf(tab) < at) continue;
      if (tab < 0) yield this.#open(world, at, areAllClosed);
      else yield* this.#inTab(world, at, this.steps.at(tab));
    }
  }

  #open(world: World, at: number, isCalm: boolean): Move {
    const { tab, deeds } = this.steps.open();
    return { label: 'a tab is opened', world: { ...world, tabs: world.tabs.with(at, tab) }, isCalm, deeds };
  }

  *#inTab(world: World, at: number, tab: Tab): Generator<Move> {
    yield* this.#calls(world, at, tab);
    yield* this.#delays(world, at, tab);
    if (tab.hasNews) yield this.#move(world, at, 'hears that the store has changed', { type: 'news' });
    yield* this.#locks(world, at, tab);
    yield* this.#acts(world, at, tab);
    if (tab.calls.length < mostCalls) yield* this.#commands(world, at);
    yield* this.#kill(world, at, tab);
  }

  #move(
    world: World,
    at: number,
    label: string,
    stimulus: Stimulus,
    ledger: Partial<Ledger> = {},
    isCalm = true,
  ): Move {
    const { tab, deeds } = this.steps.step(world.tabs[at] ?? -1, stimulus);
    const next = { ...world, tabs: world.tabs.with(at, tab), ledger: { ...world.ledger, ...ledger } };
    return { label: `${nameOf(at)} ${label}`, world: next, isCalm, deeds };
  }

  *#calls(world: World, at: number, tab: Tab): Generator<Move> {
    const { faults } = world.ledger;
    const [call] = tab.calls;
    if (!call) return;
    const request = this.steps.request(call);
    const { shelf, stimulus } = this.#answer(world.shelf, call);
    const label = `is answered ${request.type}${'id' in request ? ` of ${request.id}` : ''}`;
    const move = this.#move(world, at, label, stimulus);
    const commits = request.type === 'commit' ? request : undefined;
    const tabs = shelf === world.shelf ? move.world.tabs : this.#tellOthers(move.world.tabs, at);
    yield { ...move, world: { ...move.world, tabs, shelf }, commits };
    // One that nobody waits for any more has cost its fault, and need not take effect.
    const cost = call.isHeard ? 1 : 0;
    if (faults < cost || this.#bounds.faults === undefined || (cost === 0 && faults === this.#bounds.faults)) return;
    const spent = { faults: faults - cost };
    const refused: Stimulus = { type: 'answer', events: [refusalOf(request)] };
    yield this.#move(world, at, `is refused ${request.type}`, refused, spent, false);
  }

  /** The same question to the same shelf has the same answer. */
  #answer(shelf: Shelf, call: Call): { readonly shelf: Shelf; readonly stimulus: Stimulus } {
    const known = this.#answers.get(shelf) ?? new Map();
    this.#answers.set(shelf, known);
    const found = known.get(call.request);
    if (found) return found;
    const { shelf: after, answers, next } = answer(shelf, this.steps.request(call));
    const isChanged = JSON.stringify(after) !== JSON.stringify(shelf);
    const one = { shelf: isChanged ? after : shelf, stimulus: { type: 'answer', events: answers, next } as const };
    known.set(call.request, one);
    return one;
  }

  #tellOthers(tabs: readonly number[], at: number): readonly number[] {
    return tabs.map((tab, index) => (index === at || tab < 0 ? tab : this.steps.step(tab, { type: 'change' }).tab));
  }

  *#delays(world: World, at: number, { client, runs }: Tab): Generator<Move> {
    const { faults } = world.ledger;
    const armed = [
      ...this.steps.clients.at(client).delays.map(event => ({ of: 'client', event })),
      ...runs.flatMap(({ name, local }) => this.steps.runs.at(local).delays.map(event => ({ of: name, event }))),
    ];
    for (const { of, event } of armed) {
      const label = `waits for ${event.slice('xstate.after.'.length)} of ${of}`;
      // Whoever is answered in time is not impatient.
      if (event.includes('.submitWindow.') && this.#isSubmitting(world, at)) continue;
      if (!event.includes('.timeout.')) yield this.#move(world, at, label, { type: 'delay', of, event });
      else if (faults > 0)
        yield this.#move(world, at, label, { type: 'delay', of, event }, { faults: faults - 1 }, false);
    }
  }

  /** A doubt lasts longer than a submit, and than the writes around it. */
  #isSubmitting({ tabs }: World, but: number): boolean {
    return tabs.some((tab, at) => {
      if (at === but || tab < 0) return false;
      const { runs, calls } = this.steps.at(tab);
      return (
        calls.length > 0 ||
        runs.some(({ local, generation }) => generation?.phase === 'submitting' || this.#isStoring(local))
      );
    });
  }

  #isStoring(local: number): boolean {
    return this.steps.runs.at(local).snapshot.matches({ coordinating: 'storing' });
  }

  /** A name is held by one tab at most, and given to any that waits. */
  *#locks(world: World, at: number, { runs }: Tab): Generator<Move> {
    const { moves } = world.ledger;
    for (const { name, local, lock } of runs) {
      if (!lock) continue;
      const id = this.#generationOf(local);
      if (lock.state === 'robbed') {
        yield this.#move(world, at, `learns that ${id} was taken from it`, { type: 'lock', of: name, fact: 'lost' });
        continue;
      }
      const holder = this.#holderOf(world, id);
      if (lock.state === 'waiting' && !holder) {
        yield this.#move(world, at, `holds ${id}`, { type: 'lock', of: name, fact: 'held' });
      }
      if (moves === 0 || !lock.canRelease) continue;
      const spent = { moves: moves - 1 };
      if (lock.state === 'held') {
        yield this.#move(world, at, `gives ${id} away`, { type: 'lock', of: name, fact: 'given away' }, spent, false);
      } else if (holder && holder.at !== at) {
        const victim = this.steps.step(world.tabs[holder.at] ?? -1, { type: 'lock', of: holder.name, fact: 'stolen' });
        const robbed = { ...world, tabs: world.tabs.with(holder.at, victim.tab) };
        yield this.#move(robbed, at, `takes ${id}`, { type: 'lock', of: name, fact: 'held' }, spent, false);
      }
    }
  }

  #generationOf(local: number): string {
    return String(this.steps.runs.at(local).snapshot.context['id']);
  }

  #holderOf(world: World, id: string): { readonly at: number; readonly name: string } | undefined {
    for (const [at, tab] of world.tabs.entries()) {
      const runs = tab < 0 ? [] : this.steps.at(tab).runs;
      const run = runs.find(({ lock, local }) => lock?.state === 'held' && this.#generationOf(local) === id);
      if (run) return { at, name: run.name };
    }
    return undefined;
  }

  *#acts(world: World, at: number, { runs }: Tab): Generator<Move> {
    for (const { name, generation } of runs) {
      if (!generation) continue;
      const { id } = generation;
      const account = world.ledger.accounts[id] ?? nothingTold;
      for (const { act, fate } of actsOf(generation, account.fate, this.#bounds.hasProgress ?? false)) {
        const accounts = { ...world.ledger.accounts, [id]: { ...account, fate } };
        yield this.#move(world, at, `${jobOf(id)} ${act}`, { type: 'act', of: name, act }, { accounts });
      }
    }
  }

  *#commands(world: World, at: number): Generator<Move> {
    for (const [index, { command }] of this.#bounds.commands.entries()) {
      const left = world.ledger.commands[index] ?? 0;
      if (left === 0) continue;
      const commands = world.ledger.commands.with(index, left - 1);
      const { accounts } = world.ledger;
      const account = ('id' in command && command.id !== undefined && accounts[command.id]) || nothingTold;
      const spent =
        command.type === 'DISMISS'
          ? { commands, accounts: { ...accounts, [command.id]: { ...account, isDismissed: true } } }
          : { commands };
      if (command.type === 'DISMISS' && !this.#hasEnded(world.tabs[at] ?? -1, command.id)) continue;
      yield this.#move(world, at, words(command), { type: 'command', event: command }, spent, false);
    }
  }

  #hasEnded(tab: number, id: string): boolean {
    const { entries } = this.steps.clients.at(this.steps.at(tab).client).snapshot.context;
    return entries[id]?.phase === 'ended';
  }

  /** Between any two of its effects: of the calls that it has made, the first few have taken effect. */
  *#kill(world: World, at: number, tab: Tab): Generator<Move> {
    const { kills } = world.ledger;
    if (kills === 0) return;
    const ledger = { ...world.ledger, kills: kills - 1 };
    let { shelf, tabs } = world;
    for (let count = 0; ; count += 1) {
      const label = `${nameOf(at)} is killed${count > 0 ? ` after ${count} of what it asked of the store` : ''}`;
      yield { label, world: { tabs: tabs.with(at, -1), shelf, ledger }, isCalm: false, deeds: [] };
      const call = tab.calls[count];
      if (!call) return;
      const after = this.#answer(shelf, call).shelf;
      if (after !== shelf) tabs = this.#tellOthers(tabs, at);
      shelf = after;
    }
  }
}

const nameOf = (at: number): string => `tab ${at + 1}`;
