import type { EventObject } from 'xstate';
import { type Bounds, jobOf, mostCalls } from './bounds.js';
import { actsOf, type JobState } from './contract.js';
import { answer, isReading, refusalOf, type StoreState, strange, withGeneration } from './store-model.js';
import type { Call, Tab, TabEffect, TabEvent } from './tab-model.js';
import { TabSteps } from './tab-steps.js';

/** What has happened to one generation, in all tabs and sessions. */
export type Account = {
  /** How often it was submitted: 2 for more than once. */
  readonly posts: number;
  readonly jobState: JobState;
  /** The end that was emitted. */
  readonly end?: 'unpaid' | 'resumable' | 'over' | undefined;
  /** How often `generation.completed` was emitted; 2 for more than once. */
  readonly completed: number;
  readonly isDismissed: boolean;
  /** Its submit was refused for now, and was not sent again. */
  readonly isRefused: boolean;
};

/** What is left of the bounds, and what has happened. */
export type Ledger = {
  readonly commands: readonly number[];
  readonly kills: number;
  readonly faults: number;
  readonly hangs: number;
  readonly leaves: number;
  readonly strangers: number;
  readonly refusals: number;
  readonly moves: number;
  readonly accounts: { readonly [id: string]: Account };
  /** How often `item.added` was emitted for an item; 2 for more than once. */
  readonly added: { readonly [id: string]: number };
};

export const nothingTold: Account = {
  posts: 0,
  jobState: undefined,
  completed: 0,
  isDismissed: false,
  isRefused: false,
};

/** The whole state. A closed tab is -1. */
export type World = { readonly tabs: readonly number[]; readonly store: StoreState; readonly ledger: Ledger };

export type Move = {
  readonly label: string;
  readonly world: World;
  /** It happens by itself: it is no command, no fault and no kill. */
  readonly isSpontaneous: boolean;
  readonly effects: readonly TabEffect[];
  /** The store takes items of this generation. */
  readonly commits?: { readonly id: string; readonly items: StoreState['items'] } | undefined;
};

const words = (event: EventObject): string => {
  const id = 'id' in event ? ` ${event['id']}` : '';
  return `${event.type}${id}${'as' in event ? ` as ${event['as']}` : ''}`;
};

/** All that can happen next. */
export class Moves {
  readonly steps: TabSteps;
  readonly #bounds: Bounds;
  readonly #answers = new WeakMap<
    StoreState,
    Map<string, { readonly store: StoreState; readonly tabEvent: TabEvent }>
  >();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.steps = new TabSteps(bounds);
  }

  get start(): World {
    const {
      commands,
      kills,
      faults = 0,
      hangs = 0,
      leaves = 0,
      strangers = 0,
      refusals = 0,
      moves = 0,
      tabs,
    } = this.#bounds;
    const ledger = {
      commands: commands.map(({ times }) => times),
      kills,
      faults,
      hangs,
      leaves,
      strangers,
      refusals,
      moves,
      accounts: {},
      added: {},
    };
    const store: StoreState = { generations: {}, items: [], removed: [], known: [] };
    return { tabs: Array.from({ length: tabs }, () => -1), store, ledger };
  }

  *of(world: World): Generator<Move> {
    yield* this.#strangers(world);
    const areAllClosed = world.tabs.every(tab => tab < 0);
    for (const [at, tab] of world.tabs.entries()) {
      // Two equal tabs have equal moves.
      if (world.tabs.indexOf(tab) < at) continue;
      if (tab < 0) yield this.#open(world, at, areAllClosed);
      else yield* this.#inTab(world, at, this.steps.at(tab));
    }
  }

  /** A client of another name stores a generation of its own, or its job. */
  *#strangers(world: World): Generator<Move> {
    const { store, ledger } = world;
    if (ledger.strangers === 0) return;
    for (const [id, job] of [
      ['A', undefined],
      ['A', { id: 'job of a stranger' }],
      ['X', undefined],
    ] as const) {
      if (store.generations[id]) continue;
      const next = withGeneration(store, id, strange(id, job));
      const tabs = this.#tellOthers(world.tabs, -1);
      const label = `another client stores ${id}${job ? ' with a job' : ''}`;
      const spent = { ...ledger, strangers: ledger.strangers - 1 };
      yield { label, world: { tabs, store: next, ledger: spent }, isSpontaneous: false, effects: [] };
    }
  }

  #open(world: World, at: number, isSpontaneous: boolean): Move {
    const { tab, effects } = this.steps.open();
    return { label: 'a tab is opened', world: { ...world, tabs: world.tabs.with(at, tab) }, isSpontaneous, effects };
  }

  *#inTab(world: World, at: number, tab: Tab): Generator<Move> {
    yield* this.#calls(world, at, tab);
    const { status, value } = this.steps.clients.at(tab.client).snapshot;
    if (status === 'done') {
      // What it has asked of the store takes effect all the same.
      if (tab.calls.length === 0) yield this.#close(world, at);
      return;
    }
    yield* this.#delays(world, at, tab);
    if (tab.isUnnotified) yield this.#move(world, at, 'is notified of a change of the store', { type: 'notification' });
    yield* this.#locks(world, at, tab);
    yield* this.#acts(world, at, tab);
    if (value !== 'leaving') {
      if (tab.calls.length < mostCalls) yield* this.#commands(world, at);
      yield* this.#leave(world, at);
    }
    yield* this.#kill(world, at, tab);
  }

  #close(world: World, at: number): Move {
    const label = `${nameOf(at)} is closed`;
    return { label, world: { ...world, tabs: world.tabs.with(at, -1) }, isSpontaneous: true, effects: [] };
  }

  /** The page follows nothing more, and stays open. */
  *#leave(world: World, at: number): Generator<Move> {
    const { leaves } = world.ledger;
    const event = { type: 'LEAVE', isForgotten: false } as EventObject;
    if (leaves > 0) yield this.#move(world, at, 'is left', { type: 'command', event }, { leaves: leaves - 1 }, false);
  }

  #move(
    world: World,
    at: number,
    label: string,
    tabEvent: TabEvent,
    ledger: Partial<Ledger> = {},
    isSpontaneous = true,
  ): Move {
    const { tab, effects } = this.steps.step(world.tabs[at] ?? -1, tabEvent);
    const next = { ...world, tabs: world.tabs.with(at, tab), ledger: { ...world.ledger, ...ledger } };
    return { label: `${nameOf(at)} ${label}`, world: next, isSpontaneous, effects };
  }

  *#calls(world: World, at: number, tab: Tab): Generator<Move> {
    const { faults, hangs } = world.ledger;
    const [call] = tab.calls;
    if (!call) return;
    const request = this.steps.request(call);
    if (hangs > 0 && call.isAwaited && isReading(request)) {
      const lost: TabEvent = { type: 'answer', events: [] };
      yield this.#move(world, at, `is never answered ${request.type}`, lost, { hangs: hangs - 1 }, false);
    }
    const { store, tabEvent } = this.#answer(world.store, call);
    const label = `is answered ${request.type}${'id' in request ? ` of ${request.id}` : ''}`;
    const move = this.#move(world, at, label, tabEvent);
    const commits = request.type === 'commit' ? request : undefined;
    const tabs = store === world.store ? move.world.tabs : this.#tellOthers(move.world.tabs, at);
    yield { ...move, world: { ...move.world, tabs, store }, commits };
    // A call that nothing waits for any more was counted as a fault before, and need not take effect.
    const cost = call.isAwaited ? 1 : 0;
    if (faults < cost || this.#bounds.faults === undefined || (cost === 0 && faults === this.#bounds.faults)) return;
    const spent = { faults: faults - cost };
    const refused: TabEvent = { type: 'answer', events: [refusalOf(request)] };
    yield this.#move(world, at, `is refused ${request.type}`, refused, spent, false);
  }

  /** The same request to the same store has the same answer. */
  #answer(store: StoreState, call: Call): { readonly store: StoreState; readonly tabEvent: TabEvent } {
    const known = this.#answers.get(store) ?? new Map();
    this.#answers.set(store, known);
    const found = known.get(call.request);
    if (found) return found;
    const { store: after, answers, next } = answer(store, this.steps.request(call));
    const isChanged = JSON.stringify(after) !== JSON.stringify(store);
    const one = { store: isChanged ? after : store, tabEvent: { type: 'answer', events: answers, next } as const };
    known.set(call.request, one);
    return one;
  }

  #tellOthers(tabs: readonly number[], at: number): readonly number[] {
    return tabs.map((tab, index) => (index === at || tab < 0 ? tab : this.steps.step(tab, { type: 'change' }).tab));
  }

  *#delays(world: World, at: number, { client, runs, calls }: Tab): Generator<Move> {
    const { faults } = world.ledger;
    const armed = [
      ...this.steps.clients.at(client).delays.map(event => ({ of: 'client', event })),
      ...runs.flatMap(({ name, local }) => this.steps.runs.at(local).delays.map(event => ({ of: name, event }))),
    ];
    for (const { of, event } of armed) {
      const label = `waits for ${event.slice('xstate.after.'.length)} of ${of}`;
      // A timeout is a fault of the store.
      if (event.includes('.submitWindow.') && this.#isSubmitting(world, at)) continue;
      const isFault = /\.(timeout|writeTimeout|commitTimeout|leavePatience)\./.test(event);
      const isFree = !isFault || this.#hasHung(world, event, of, calls);
      if (isFree) yield this.#move(world, at, label, { type: 'delay', of, event });
      else if (faults > 0)
        yield this.#move(world, at, label, { type: 'delay', of, event }, { faults: faults - 1 }, false);
    }
  }

  /** A call that is never answered is not open any more, and its caller waits in vain. */
  #hasHung({ ledger }: World, event: string, by: string, calls: Tab['calls']): boolean {
    const isForCall = !event.includes('requestingLock') && ledger.hangs < (this.#bounds.hangs ?? 0);
    return isForCall && !calls.some(call => call.by === by && call.child !== 'storeWriter');
  }

  /** The submit window is longer than a submit and the writes around it. */
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

  /** A lock is held by one tab at most, and granted to any that waits. */
  *#locks(world: World, at: number, { runs }: Tab): Generator<Move> {
    const { moves } = world.ledger;
    for (const { name, local, lock } of runs) {
      if (!lock) continue;
      const id = this.#generationOf(local);
      if (lock.state === 'stolen') {
        yield this.#move(world, at, `loses the lock of ${id}`, { type: 'lock', of: name, change: 'lost' });
        continue;
      }
      const holder = this.#holderOf(world, id);
      if (lock.state === 'waiting' && !holder) {
        yield this.#move(world, at, `gets the lock of ${id}`, { type: 'lock', of: name, change: 'held' });
      }
      if (moves === 0 || !lock.canRelease) continue;
      const spent = { moves: moves - 1 };
      if (lock.state === 'held') {
        yield this.#move(
          world,
          at,
          `releases the lock of ${id}`,
          { type: 'lock', of: name, change: 'released' },
          spent,
          false,
        );
      } else if (holder && holder.at !== at) {
        const victim = this.steps.step(world.tabs[holder.at] ?? -1, {
          type: 'lock',
          of: holder.name,
          change: 'stolen',
        });
        const stolen = { ...world, tabs: world.tabs.with(holder.at, victim.tab) };
        yield this.#move(
          stolen,
          at,
          `steals the lock of ${id}`,
          { type: 'lock', of: name, change: 'held' },
          spent,
          false,
        );
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
      for (const { act, jobState } of actsOf(generation, account.jobState, this.#bounds)) {
        const isRefused = act === 'is refused for now' && !generation.cancelRequested;
        if (isRefused && world.ledger.refusals === 0) continue;
        // Nothing of it is left at the backend, so another submit is the first one, if there was none before.
        const posts = generation.mayHaveArrived ? account.posts : 0;
        const after = isRefused ? { ...account, posts, isRefused } : { ...account, jobState };
        const accounts = { ...world.ledger.accounts, [id]: after };
        const refusals = world.ledger.refusals - (isRefused ? 1 : 0);
        yield this.#move(world, at, `${jobOf(id)} ${act}`, { type: 'act', of: name, act }, { accounts, refusals });
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

  /** A kill is possible between any two effects: the first few of its calls have taken effect. */
  *#kill(world: World, at: number, tab: Tab): Generator<Move> {
    const { kills } = world.ledger;
    if (kills === 0) return;
    const ledger = { ...world.ledger, kills: kills - 1 };
    let { store, tabs } = world;
    for (let count = 0; ; count += 1) {
      const label = `${nameOf(at)} is killed${count > 0 ? ` after ${count} of its calls of the store` : ''}`;
      yield { label, world: { tabs: tabs.with(at, -1), store, ledger }, isSpontaneous: false, effects: [] };
      const call = tab.calls[count];
      if (!call) return;
      const after = this.#answer(store, call).store;
      if (after !== store) tabs = this.#tellOthers(tabs, at);
      store = after;
    }
  }
}

const nameOf = (at: number): string => `tab ${at + 1}`;
