import type { ResumeToken } from 'generation-lifecycle';
import type { EventObject } from 'xstate';
import { actOut, snapshotOf } from './contract.js';
import type { LocalEffect, LocalSteps } from './local-steps.js';
import type { Requests } from './requests.js';
import { isReading, type Request } from './store-model.js';
import type { Call, Deed, Run, Stimulus, Tab } from './tab-model.js';

/** What all pages share. */
export type Parts = {
  readonly clients: LocalSteps;
  readonly runs: LocalSteps;
  readonly requests: Requests;
  readonly hasLocks: boolean;
};

type Writable<T> = { -readonly [name in keyof T]: T[name] };

/** What children are made with, as run and client make them. */
type ChildInput = {
  readonly generation: { readonly id: string; readonly idempotencyKey: string; readonly resume?: ResumeToken };
  readonly read: { readonly id: string };
  readonly update: Pick<Extract<Request, { type: 'change' }>, 'id' | 'change'>;
  readonly commit: Pick<Extract<Request, { type: 'commit' }>, 'id' | 'items'>;
};

/**
 * A page while something happens to it: its client and its runs, which speak to each other in XState's order. Whoever is
 * busy hears later, in the order of sending.
 */
export class Page {
  readonly deeds: Deed[] = [];
  readonly #parts: Parts;
  readonly #runs: Map<string, Writable<Run>>;
  readonly #mail = new Map<string, EventObject[]>();
  readonly #busy = new Set<string>();
  #client: number;
  #calls: readonly Call[];
  #hasNews: boolean;
  #removed: readonly string[];

  /** @param tab as it was before; a page that is opened, if it is left out */
  constructor(parts: Parts, tab?: Tab | undefined) {
    this.#parts = parts;
    this.#runs = new Map(tab?.runs.map(run => [run.name, { ...run }]));
    this.#calls = tab?.calls ?? [];
    this.#hasNews = tab?.hasNews ?? false;
    this.#removed = tab?.removed ?? [];
    if (tab) {
      this.#client = tab.client;
      return;
    }
    const { after, effects } = parts.clients.start(undefined);
    this.#client = after.index;
    this.#perform('client', effects);
  }

  get tab(): Tab {
    return {
      client: this.#client,
      runs: [...this.#runs.values()],
      calls: this.#calls,
      hasNews: this.#hasNews,
      removed: this.#removed,
    };
  }

  happen(stimulus: Stimulus): void {
    switch (stimulus.type) {
      case 'command':
        this.#noteRemoval(stimulus.event);
        this.#send('client', stimulus.event);
        return;
      case 'delay':
        this.#send(stimulus.of, { type: stimulus.event });
        return;
      case 'answer':
        this.#hear(stimulus);
        return;
      case 'change':
        this.#hasNews = true;
        return;
      case 'news':
        this.#hasNews = false;
        this.#send('client', { type: 'store.changed' });
        return;
      case 'lock':
        this.#changeLock(stimulus.of, stimulus.fact);
        return;
      case 'act': {
        const run = this.#run(stimulus.of);
        if (!run.generation) throw new RangeError(`${stimulus.of} follows nothing`);
        const { contract, told } = actOut(run.generation, stimulus.act);
        run.generation = contract;
        this.#send(stimulus.of, told);
        return;
      }
    }
  }

  #run(name: string): Writable<Run> {
    const run = this.#runs.get(name);
    if (!run) throw new RangeError(`There is no ${name}`);
    return run;
  }

  #noteRemoval(event: EventObject): void {
    const shown: readonly { readonly id: string }[] = this.#parts.clients.at(this.#client).snapshot.context['items'];
    const gone = shown
      .map(({ id }) => id)
      .filter(id => event.type === 'CLEAR' || (event.type === 'REMOVE' && id === Reflect.get(event, 'id')));
    this.#removed = [...new Set([...this.#removed, ...gone])].sort();
  }

  #hear({ events, next }: Extract<Stimulus, { type: 'answer' }>): void {
    const [call, ...others] = this.#calls;
    if (!call) throw new RangeError('Nothing was asked');
    this.#calls = others;
    if (next) this.#ask(call.by, call.child, next);
    else if (call.isHeard) for (const event of events) this.#send(call.by, event);
  }

  #changeLock(name: string, fact: Extract<Stimulus, { type: 'lock' }>['fact']): void {
    const run = this.#run(name);
    const state = fact === 'held' ? 'held' : fact === 'stolen' ? 'robbed' : 'waiting';
    run.lock = { state, canRelease: run.lock?.canRelease ?? false };
    if (fact !== 'stolen') this.#send(name, { type: fact === 'held' ? 'lock.held' : 'lock.lost' });
  }

  #send(to: string, event: EventObject): void {
    if (to !== 'client' && !this.#runs.has(to)) return;
    const mail = this.#mail.get(to) ?? [];
    this.#mail.set(to, mail);
    mail.push(event);
    if (!this.#busy.has(to)) this.#work(to);
  }

  #work(name: string): void {
    const { clients, runs } = this.#parts;
    const steps = name === 'client' ? clients : runs;
    const mail = this.#mail.get(name) ?? [];
    this.#busy.add(name);
    for (let event = mail.shift(); event; event = mail.shift()) {
      const from = name === 'client' ? this.#client : this.#runs.get(name)?.local;
      // It was stopped meanwhile, or has ended.
      if (from === undefined || steps.at(from).snapshot.status !== 'active') break;
      const { after, effects } = steps.step(from, event);
      const run = this.#runs.get(name);
      if (run) run.local = after.index;
      else this.#client = after.index;
      this.#perform(name, effects);
      // An actor that is done tells its parent.
      if (this.#runs.has(name) && after.snapshot.status === 'done') {
        this.#send('client', { type: `xstate.done.actor.${name}` });
      }
    }
    this.#busy.delete(name);
  }

  #perform(by: string, effects: readonly LocalEffect[]): void {
    for (const [at, effect] of effects.entries()) {
      const later = effects.slice(at + 1);
      if (effect.type === 'emit') this.deeds.push({ type: 'emits', event: effect.event });
      else if (effect.type === 'stop') this.#stop(by, effect.id);
      else if (effect.type === 'spawn') {
        // What is stopped in the step that makes it is never started.
        if (later.some(({ type, ...rest }) => type === 'stop' && 'id' in rest && rest.id === effect.id)) continue;
        this.#spawn(by, effect.id, effect.src, effect.input);
        for (const early of effects.slice(0, at)) {
          if (early.type === 'send' && early.to === effect.id) this.#deliver(by, early.to, early.event);
        }
        // Who is sent something before it is there hears it as soon as it is.
      } else if (!later.some(one => one.type === 'spawn' && one.id === effect.to)) {
        this.#deliver(by, effect.to, effect.event);
      }
    }
  }

  #deliver(by: string, to: string, event: EventObject): void {
    if (to === 'storeWriter')
      this.#ask('client', to, event as Extract<Request, { type: 'remove' | 'clear' | 'forget' }>);
    else if (to === 'generation') this.#command(by, event);
    else if (to === 'lock') this.#note(by, event.type === 'lock.freed');
    else this.#send(to, event);
  }

  #stop(by: string, id: string): void {
    const run = this.#runs.get(by);
    if (by === 'client' && this.#runs.delete(id)) {
      this.#mail.delete(id);
      this.#hush(id);
    } else if (run && id === 'lock') run.lock = undefined;
    else if (run && id === 'generation') run.generation = undefined;
    else this.#hush(by, id);
  }

  /** What was asked is not taken back; its answer is not heard. */
  #hush(by: string, child?: string | undefined): void {
    this.#calls = this.#calls.flatMap(call => {
      if (call.by !== by || (child !== undefined && call.child !== child)) return [call];
      return isReading(this.#parts.requests.at(call.request)) ? [] : [{ ...call, by: '', child: '', isHeard: false }];
    });
  }

  /** Each child is what its contract says; what it was made with is what its maker's chart gives it. */
  #spawn(by: string, id: string, src: string, input: unknown): void {
    if (src === 'run') this.#begin(id, input);
    else if (src === 'storeReader') this.#ask(by, id, { type: 'records' });
    else if (src === 'read') this.#ask(by, id, { type: 'find', ...(input as ChildInput['read']) });
    else if (src === 'update') this.#ask(by, id, { type: 'change', ...(input as ChildInput['update']) });
    else if (src === 'commit') this.#ask(by, id, { type: 'commit', ...(input as ChildInput['commit']) });
    else if (src === 'generation') this.#generate(by, input as ChildInput['generation']);
    else if (src === 'lock' && this.#parts.hasLocks) this.#run(by).lock = { state: 'waiting', canRelease: false };
    else if (src === 'lock') this.#send(by, { type: 'lock.shared' });
  }

  #begin(name: string, input: unknown): void {
    const { after, effects } = this.#parts.runs.start(input);
    this.#runs.set(name, { name, local: after.index });
    // It hears nothing before it has begun.
    this.#busy.add(name);
    this.#perform(name, effects);
    this.#busy.delete(name);
    this.#work(name);
  }

  #generate(by: string, { id, idempotencyKey, resume }: ChildInput['generation']): void {
    const { job, cancelRequested = false, progress } = resume ?? {};
    const phase = job ? 'following' : 'idle';
    const generation = { id, key: idempotencyKey, phase, job: job?.id, cancelRequested, progress } as const;
    this.#run(by).generation = generation;
    this.#send(by, snapshotOf(generation));
  }

  #ask(by: string, child: string, request: Request): void {
    const key = this.#parts.requests.note(request, child, this.#runs.get(by)?.local);
    this.#calls = [...this.#calls, { by, child, request: key, isHeard: true }];
  }

  #note(by: string, canRelease: boolean): void {
    const run = this.#runs.get(by);
    if (run?.lock) run.lock = { ...run.lock, canRelease };
  }

  #command(by: string, event: EventObject): void {
    const run = this.#runs.get(by);
    const before = run?.generation;
    if (!run || !before) return;
    if (event.type === 'GENERATE' && before.phase === 'idle') {
      run.generation = { ...before, phase: 'submitting' };
      this.deeds.push({ type: 'posts', id: before.id, key: before.key, input: Reflect.get(event, 'input') });
    } else if (event.type === 'CANCEL' && before.phase !== 'idle')
      run.generation = { ...before, cancelRequested: true };
    if (run.generation && run.generation !== before) this.#send(by, snapshotOf(run.generation));
  }
}
