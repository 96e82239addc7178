import type { AnyStateMachine } from 'xstate';
import type { Bounds } from './bounds.js';
import { makeClient } from './client-under-proof.js';
import { LocalSteps, toKey } from './local-steps.js';
import { Page, type Parts } from './page.js';
import { Requests } from './requests.js';
import type { Request } from './store-model.js';
import type { Call, Tab, TabEvent, TabStep } from './tab-model.js';

const anyRun = { id: '', runId: '', origin: 'requested', stored: { token: {} } };

/** No step starts more runs than there are generations. */
const mostAtOnce = 2;

/** One answer goes to many tabs. */
const eventKeys = new WeakMap<TabEvent, string>();

const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof logic === 'object' && logic !== null && 'root' in logic;

/** Runs the steps of tabs, each once: they depend on the tab and the event only. */
export class TabSteps {
  readonly clients: LocalSteps;
  readonly runs: LocalSteps;
  readonly #parts: Parts;
  readonly #tabs: Tab[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #steps = new Map<string, TabStep>();

  constructor(bounds: Bounds) {
    const machine = makeClient(bounds);
    const { run } = machine.implementations.actors;
    if (!isMachine(run)) throw new TypeError('The client has no machine that is called run');
    this.clients = new LocalSteps(machine, undefined);
    this.runs = new LocalSteps(run, anyRun, this.clients.self);
    const { hasLocks = true } = bounds;
    this.#parts = { clients: this.clients, runs: this.runs, requests: new Requests(), hasLocks };
  }

  get count(): number {
    return this.#tabs.length;
  }

  at(index: number): Tab {
    const tab = this.#tabs[index];
    if (!tab) throw new RangeError(`There is no tab ${index}`);
    return tab;
  }

  request(call: Call): Request {
    return this.#parts.requests.at(call.request);
  }

  open(): TabStep {
    return this.#once('open', () => new Page(this.#parts));
  }

  step(index: number, tabEvent: TabEvent): TabStep {
    const text = eventKeys.get(tabEvent) ?? toKey(tabEvent);
    eventKeys.set(tabEvent, text);
    return this.#once(`${index} ${text}`, () => {
      const page = new Page(this.#parts, this.at(index));
      page.handle(tabEvent);
      return page;
    });
  }

  #once(key: string, make: () => Page): TabStep {
    const known = this.#steps.get(key);
    if (known) return known;
    const { tab, effects } = make();
    const step = { tab: this.#intern(this.#withFreshNames(tab)), effects };
    this.#steps.set(key, step);
    return step;
  }

  #intern(tab: Tab): number {
    const key = toKey(tab);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.#tabs.length);
    return this.#tabs.push(tab) - 1;
  }

  /** The count of runs only makes their ids: it goes on with a number whose next few are free. */
  #withFreshNames(tab: Tab): Tab {
    const { context } = this.clients.at(tab.client).snapshot;
    const noted = Object.values(context['entries'] as { [id: string]: { runId?: string } }).map(({ runId }) => runId);
    const names = [...tab.runs.map(({ name }) => name), ...noted];
    const used = names.flatMap(name => (name === undefined ? [] : [Number(name.split('/')[1])]));
    let runCount = 0;
    while (used.some(number => number >= runCount && number < runCount + mostAtOnce)) runCount += 1;
    if (context['runCount'] === runCount) return tab;
    return { ...tab, client: this.clients.withContext(tab.client, { ...context, runCount }).index };
  }
}
