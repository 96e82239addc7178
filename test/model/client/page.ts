import type { ResumeToken } from 'generation-lifecycle';
import type { EventObject } from 'xstate';
import { actOut, snapshotOf } from './contract.js';
import type { LocalEffect, LocalSteps } from './local-steps.js';
import type { Requests } from './requests.js';
import { isReading, type Request } from './store-model.js';
import type { Call, Run, Tab, TabEffect, TabEvent } from './tab-model.js';

/** What all pages share. */
export type Parts = {
  readonly clients: LocalSteps;
  readonly runs: LocalSteps;
  readonly requests: Requests;
  readonly hasLocks: boolean;
};

type Writable<T> = { -readonly [name in keyof T]: T[name] };

/** The inputs of children, as the charts of run and client give them. */
type ChildInput = {
  readonly generation: { readonly id: string; readonly idempotencyKey: string; readonly resume?: ResumeToken };
  readonly read: { readonly id: string };
  readonly update: Pick<Extract<Request, { type: 'change' }>, 'id' | 'change'>;
  readonly commit: Pick<Extract<Request, { type: 'commit' }>, 'id' | 'items'>;
};

/**
 * A page during one event: its client and its runs, which send to each other in XState's order. An actor that is busy gets
 * its events later, in the order in which they were sent.
 */
export class Page {
  readonly effects: TabEffect[] = [];
  readonly #parts: Parts;
  readonly #runs: Map<string, Writable<Run>>;
  readonly #mailboxes = new Map<string, EventObject[]>();
  readonly #busy = new Set<string>();
  #client: number;
  #calls: readonly Call[];
  #isUnnotified: boolean;
  #removed: readonly string[];

  /** @param tab as it was before; without it, a page is opened */
  constructor(parts: Parts, tab?: Tab | undefined) {
    this.#parts = parts;
    this.#runs = new Map(tab?.runs.map(run => [run.name, { ...run }]));
    this.#calls = tab?.calls ?? [];
    this.#isUnnotified = tab?.isUnnotified ?? false;
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
      isUnnotified: this.#isUnnotified,
      removed: this.#removed,
    };
  }

  handle(tabEvent: TabEvent): void {
    switch (tabEvent.type) {
      case 'command':
        this.#addRemoved(tabEvent.event);
        this.#send('client', tabEvent.event);
        return;
      case 'delay':
        this.#send(tabEvent.of, { type: tabEvent.event });
        return;
      case 'answer':
        this.#handleAnswer(tabEvent);
        return;
      case 'change':
        this.#isUnnotified = true;
        return;
      case 'notification':
        this.#isUnnotified = false;
        this.#send('client', { type: 'store.changed' });
        return;
      case 'lock':
        this.#changeLock(tabEvent.of, tabEvent.change);
        return;
      case 'act': {
        const run = this.#run(tabEvent.of);
        if (!run.generation) throw new RangeError(`${tabEvent.of} follows nothing`);
        const { contract, event } = actOut(run.generation, tabEvent.act);
        run.generation = contract;
        this.#send(tabEvent.of, event);
        return;
      }
    }
  }

  #run(name: string): Writable<Run> {
    const run = this.#runs.get(name);
    if (!run) throw new RangeError(`There is no ${name}`);
    return run;
  }

  #addRemoved(event: EventObject): void {
    const shown: readonly { readonly id: string }[] = this.#parts.clients.at(this.#client).snapshot.context['items'];
    const gone = shown
      .map(({ id }) => id)
      .filter(id => event.type === 'CLEAR' || (event.type === 'REMOVE' && id === Reflect.get(event, 'id')));
    this.#removed = [...new Set([...this.#removed, ...gone])].sort();
  }

  #handleAnswer({ events, next }: Extract<TabEvent, { type: 'answer' }>): void {
    const [call, ...others] = this.#calls;
    if (!call) throw new RangeError('Nothing was asked');
    this.#calls = others;
    if (next) this.#call(call.by, call.child, next, call.isOutdated);
    else if (call.isAwaited && !this.#isOvertaken(call, events))
      for (const event of events) this.#send(call.by, withOutdated(event, call));
  }

  #changeLock(name: string, change: Extract<TabEvent, { type: 'lock' }>['change']): void {
    const run = this.#run(name);
    const state = change === 'held' ? 'held' : change === 'stolen' ? 'stolen' : 'waiting';
    run.lock = { state, canRelease: run.lock?.canRelease ?? false };
    if (change !== 'stolen') this.#send(name, { type: change === 'held' ? 'lock.held' : 'lock.lost' });
  }

  #send(to: string, event: EventObject): void {
    if (to !== 'client' && !this.#runs.has(to)) return;
    const mailbox = this.#mailboxes.get(to) ?? [];
    this.#mailboxes.set(to, mailbox);
    mailbox.push(event);
    if (!this.#busy.has(to)) this.#process(to);
  }

  #process(name: string): void {
    const { clients, runs } = this.#parts;
    const steps = name === 'client' ? clients : runs;
    const mailbox = this.#mailboxes.get(name) ?? [];
    this.#busy.add(name);
    for (let event = mailbox.shift(); event; event = mailbox.shift()) {
      const from = name === 'client' ? this.#client : this.#runs.get(name)?.local;
      // It was stopped meanwhile, or is done.
      if (from === undefined || steps.at(from).snapshot.status !== 'active') break;
      const { after, effects } = steps.step(from, event);
      const run = this.#runs.get(name);
      if (run) run.local = after.index;
      else this.#client = after.index;
      this.#perform(name, effects);
      // An actor that is done sends an event to its parent.
      if (this.#runs.has(name) && after.snapshot.status === 'error') {
        this.#send('client', { type: `xstate.error.actor.${name}` });
      }
      if (this.#runs.has(name) && after.snapshot.status === 'done') {
        this.#send('client', { type: `xstate.done.actor.${name}` });
      }
    }
    this.#busy.delete(name);
  }

  #perform(by: string, effects: readonly LocalEffect[]): void {
    for (const [at, effect] of effects.entries()) {
      const later = effects.slice(at + 1);
      if (effect.type === 'emit') this.effects.push({ type: 'emits', event: effect.event });
      else if (effect.type === 'stop') this.#stop(by, effect.id);
      else if (effect.type === 'spawn') {
        // A child that the same step stops is never started.
        if (later.some(({ type, ...rest }) => type === 'stop' && 'id' in rest && rest.id === effect.id)) continue;
        this.#spawn(by, effect.id, effect.src, effect.input);
        for (const early of effects.slice(0, at)) {
          if (early.type === 'send' && early.to === effect.id) this.#deliver(by, early.to, early.event);
        }
        // Events that were sent before the child existed reach it now.
      } else if (!later.some(one => one.type === 'spawn' && one.id === effect.to)) {
        this.#deliver(by, effect.to, effect.event);
      }
    }
  }

  #deliver(by: string, to: string, event: EventObject): void {
    if (to === 'storeWriter')
      this.#call(
        'client',
        to,
        event as Extract<Request, { type: 'removeItems' | 'clear' | 'endGeneration' | 'removeTombstone' }>,
      );
    else if (to === 'storeReader') this.#read(event);
    else if (to === 'generation') this.#command(by, event);
    else if (to === 'lock') this.#setReleasable(by, event.type === 'lock.transferAllowed');
    else this.#send(to, event);
  }

  #stop(by: string, id: string): void {
    const run = this.#runs.get(by);
    const ending = by === 'client' ? this.#runs.get(id) : id === 'generation' ? run : undefined;
    if (ending?.generation?.phase === 'submitting') this.effects.push({ type: 'aborts', id: ending.generation.id });
    if (by === 'client' && this.#runs.delete(id)) {
      this.#mailboxes.delete(id);
      this.#dropCalls(id);
    } else if (run && id === 'lock') run.lock = undefined;
    else if (run && id === 'generation') run.generation = undefined;
    else this.#dropCalls(by, id);
  }

  /** A call is not undone; its answer is dropped. */
  #dropCalls(by: string, child?: string | undefined): void {
    this.#calls = this.#calls.flatMap(call => {
      if (call.by !== by || (child !== undefined && call.child !== child)) return [call];
      return isReading(this.#parts.requests.at(call.request)) ? [] : [{ ...call, by: '', child: '', isAwaited: false }];
    });
  }

  /** A child behaves as its contract says. Its input is what the chart of its parent gives it. */
  #spawn(by: string, id: string, src: string, input: unknown): void {
    if (src === 'run') this.#startRun(id, input);
    else if (src === 'findItems') this.#call(by, id, { type: 'findItems', ...(input as ChildInput['read']) });
    else if (src === 'read') this.#call(by, id, { type: 'find', ...(input as ChildInput['read']) });
    else if (src === 'update') this.#call(by, id, { type: 'change', ...(input as ChildInput['update']) });
    else if (src === 'commit') this.#call(by, id, { type: 'commit', ...(input as ChildInput['commit']) });
    else if (src === 'generation') this.#startGeneration(by, input as ChildInput['generation']);
    else if (src === 'lock' && this.#parts.hasLocks) this.#run(by).lock = { state: 'waiting', canRelease: false };
    else if (src === 'lock') this.#send(by, { type: 'lock.shared' });
  }

  #startRun(name: string, input: unknown): void {
    const { after, effects } = this.#parts.runs.start(input);
    this.#runs.set(name, { name, local: after.index });
    // It receives nothing before it has started.
    this.#busy.add(name);
    this.#perform(name, effects);
    this.#busy.delete(name);
    this.#process(name);
  }

  #startGeneration(by: string, { id, idempotencyKey, resume }: ChildInput['generation']): void {
    const { job, cancelRequested = false, progress, startedAt } = resume ?? {};
    const phase = job ? 'following' : 'idle';
    const mayHaveArrived = !job && startedAt !== undefined ? ({ mayHaveArrived: true } as const) : {};
    const generation = {
      id,
      key: idempotencyKey,
      phase,
      job: job?.id,
      cancelRequested,
      progress,
      ...mayHaveArrived,
    } as const;
    this.#run(by).generation = generation;
    this.#send(by, snapshotOf(generation));
  }

  #call(by: string, child: string, request: Request, isOutdated?: true | undefined): void {
    const key = this.#parts.requests.note(request, child, this.#runs.get(by)?.local);
    this.#calls = [...this.#calls, { by, child, request: key, isAwaited: true, ...(isOutdated && { isOutdated }) }];
  }

  /** The child of the client that reads its store. */
  #read({ type }: EventObject): void {
    if (type === 'read') this.#call('client', 'storeReader', { type: 'generations' });
    else this.#calls = this.#calls.map(call => (call.child === 'storeReader' ? { ...call, isOutdated: true } : call));
  }

  /** There is a newer reading, and this one says nothing that is worth to know. */
  #isOvertaken({ child, isOutdated }: Call, events: readonly EventObject[]): boolean {
    const isUseless = isOutdated || events.some(({ type }) => type === 'store.readFailed');
    return child === 'storeReader' && isUseless && this.#calls.some(other => other.child === 'storeReader');
  }

  #setReleasable(by: string, canRelease: boolean): void {
    const run = this.#runs.get(by);
    if (run?.lock) run.lock = { ...run.lock, canRelease };
  }

  #command(by: string, event: EventObject): void {
    const run = this.#runs.get(by);
    const before = run?.generation;
    if (!run || !before) return;
    if (event.type === 'GENERATE' && before.phase === 'idle') {
      run.generation = { ...before, phase: 'submitting' };
      this.effects.push({ type: 'posts', id: before.id, key: before.key, input: Reflect.get(event, 'input') });
    } else if (event.type === 'CANCEL' && before.phase !== 'idle')
      run.generation = { ...before, cancelRequested: true };
    else if (event.type === 'DETACH' && before.phase === 'submitting') run.generation = { ...before, isDetached: true };
    if (run.generation && run.generation !== before) this.#send(by, snapshotOf(run.generation));
  }
}

const withOutdated = (
  event: EventObject,
  { isOutdated = false }: { readonly isOutdated?: boolean | undefined },
): EventObject => (event.type === 'store.read' ? Object.assign({ isOutdated }, event) : event);
