import type { GenerationRecord, ResumeToken } from 'generation-lifecycle';
import type { AnyStateMachine, EventObject } from 'xstate';
import type { Bounds } from './bounds.js';
import { actOut, type Contract, snapshotOf } from './contract.js';
import { type LocalEffect, LocalSteps, toKey } from './local-steps.js';
import { isReading, type Request } from './store-model.js';
import type { Call, Deed, Run, Stimulus, Tab, TabStep } from './tab-model.js';
import { makeTool } from './tool-under-proof.js';

const anyRun = { id: '', run: '', origin: 'asked', record: { token: {} } };

type GenerationInput = {
  readonly id: string;
  readonly idempotencyKey?: string | undefined;
  readonly resume?: ResumeToken | undefined;
};

const token = { version: 1, id: 'probe', idempotencyKey: 'probe', cancelWanted: false } as const;
const probe: GenerationRecord = { version: 1, token, createdAt: 1, updatedAt: 1 };

/** By which changes of a record are told apart. */
const probes: readonly (GenerationRecord | undefined)[] = [
  undefined,
  probe,
  { ...probe, token: { ...token, cancelWanted: true, job: { id: 'probed' } }, isTold: true },
];

/** No step makes more runs than there are generations. */
const mostAtOnce = 2;

/** The same answer is given to many tabs. */
const stimulusKeys = new WeakMap<Stimulus, string>();

const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof logic === 'object' && logic !== null && 'root' in logic;

/** A tab while something happens to it. XState's order: whoever is busy hears later, in the order of sending. */
type Draft = {
  tool: number;
  runs: Map<string, { local: number; claim?: Run['claim']; generation?: Contract | undefined }>;
  calls: Call[];
  hasNews: boolean;
  removed: string[];
  readonly deeds: Deed[];
  readonly mail: Map<string, EventObject[]>;
  readonly busy: Set<string>;
};

/** What happens to tabs, each once: it depends on nothing but the tab and what it is told. */
export class TabSteps {
  readonly tools: LocalSteps;
  readonly runs: LocalSteps;
  readonly #hasClaims: boolean;
  readonly #tabs: Tab[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #steps = new Map<string, TabStep>();
  readonly #requests = new Map<string, Request>();
  readonly #changes = new Map<string, string>();

  constructor(bounds: Bounds) {
    const machine = makeTool(bounds);
    const { run } = machine.implementations.actors;
    if (!isMachine(run)) throw new TypeError('The tool has no machine that is called run');
    this.tools = new LocalSteps(machine, undefined);
    this.runs = new LocalSteps(run, anyRun, this.tools.self);
    this.#hasClaims = bounds.hasClaims ?? true;
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
    const request = this.#requests.get(call.request);
    if (!request) throw new RangeError(`There is no request ${call.request}`);
    return request;
  }

  open(): TabStep {
    return this.#once('open', () => {
      const draft: Draft = {
        tool: -1,
        runs: new Map(),
        calls: [],
        hasNews: false,
        removed: [],
        deeds: [],
        mail: new Map(),
        busy: new Set(),
      };
      const { after, effects } = this.tools.start(undefined);
      draft.tool = after.index;
      this.#perform(draft, 'tool', effects);
      return draft;
    });
  }

  step(index: number, stimulus: Stimulus): TabStep {
    const text = stimulusKeys.get(stimulus) ?? toKey(stimulus);
    stimulusKeys.set(stimulus, text);
    return this.#once(`${index} ${text}`, () => {
      const { tool, runs, calls, hasNews, removed } = this.at(index);
      const draft: Draft = {
        tool,
        runs: new Map(runs.map(({ name, ...run }) => [name, run])),
        calls: [...calls],
        hasNews,
        removed: [...removed],
        deeds: [],
        mail: new Map(),
        busy: new Set(),
      };
      this.#happen(draft, stimulus);
      return draft;
    });
  }

  #once(key: string, make: () => Draft): TabStep {
    const known = this.#steps.get(key);
    if (known) return known;
    const draft = make();
    const step = { tab: this.#intern(draft), deeds: draft.deeds };
    this.#steps.set(key, step);
    return step;
  }

  #intern({ tool, runs, calls, hasNews, removed }: Draft): number {
    const tab: Tab = {
      tool: this.#withFreshNames(tool, [...runs.keys()]),
      runs: [...runs].map(([name, run]) => ({ name, ...run })),
      calls,
      hasNews,
      removed: removed.sort(),
    };
    const key = toKey(tab);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.#tabs.length);
    return this.#tabs.push(tab) - 1;
  }

  /** A count of runs makes their names, and nothing else: it goes on where the next few are not in use. */
  #withFreshNames(tool: number, running: readonly string[]): number {
    const { context } = this.tools.at(tool).snapshot;
    const noted = Object.values(context['backstage'] as { [id: string]: { run?: string } }).map(({ run }) => run);
    const used = [...running, ...noted].flatMap(name => (name === undefined ? [] : [Number(name.split('/')[1])]));
    let runCount = 0;
    while (used.some(number => number >= runCount && number < runCount + mostAtOnce)) runCount += 1;
    return context['runCount'] === runCount ? tool : this.tools.withContext(tool, { ...context, runCount }).index;
  }

  #happen(draft: Draft, stimulus: Stimulus): void {
    switch (stimulus.type) {
      case 'command': {
        const { event } = stimulus;
        const shown: readonly { readonly id: string }[] = this.tools.at(draft.tool).snapshot.context['items'];
        const gone = shown
          .map(({ id }) => id)
          .filter(id => event.type === 'CLEAR' || (event.type === 'REMOVE' && id === Reflect.get(event, 'id')));
        draft.removed = [...new Set([...draft.removed, ...gone])];
        this.#send(draft, 'tool', event);
        return;
      }
      case 'delay':
        this.#send(draft, stimulus.of, { type: stimulus.event });
        return;
      case 'answer': {
        const [call] = draft.calls.splice(0, 1);
        if (!call) throw new RangeError('Nothing was asked');
        if (stimulus.next) this.#ask(draft, call.by, call.child, stimulus.next, '');
        else if (call.isHeard) for (const event of stimulus.events) this.#send(draft, call.by, event);
        return;
      }
      case 'change':
        draft.hasNews = true;
        return;
      case 'news':
        draft.hasNews = false;
        this.#send(draft, 'tool', { type: 'store.changed' });
        return;
      case 'claim':
        this.#claim(draft, stimulus.of, stimulus.fact);
        return;
      case 'act': {
        const run = draft.runs.get(stimulus.of);
        if (!run?.generation) throw new RangeError(`${stimulus.of} follows nothing`);
        const { contract, told } = actOut(run.generation, stimulus.act);
        run.generation = contract;
        this.#send(draft, stimulus.of, told);
        return;
      }
    }
  }

  #claim(draft: Draft, name: string, fact: 'held' | 'given away' | 'stolen' | 'lost'): void {
    const run = draft.runs.get(name);
    if (!run?.claim) throw new RangeError(`${name} claims nothing`);
    const { mayMove } = run.claim;
    const state = fact === 'held' ? 'held' : fact === 'stolen' ? 'robbed' : 'waiting';
    run.claim = { state, mayMove };
    if (fact === 'stolen') return;
    this.#send(draft, name, { type: fact === 'held' ? 'claim.held' : 'claim.lost' });
  }

  /** Who is busy is told later. */
  #send(draft: Draft, to: string, event: EventObject): void {
    if (to !== 'tool' && !draft.runs.has(to)) return;
    const mail = draft.mail.get(to) ?? [];
    draft.mail.set(to, mail);
    mail.push(event);
    if (!draft.busy.has(to)) this.#work(draft, to);
  }

  #work(draft: Draft, name: string): void {
    const mail = draft.mail.get(name) ?? [];
    draft.busy.add(name);
    for (let event = mail.shift(); event; event = mail.shift()) {
      const steps = name === 'tool' ? this.tools : this.runs;
      const from = name === 'tool' ? draft.tool : draft.runs.get(name)?.local;
      // It was stopped meanwhile, or has ended.
      if (from === undefined || steps.at(from).snapshot.status !== 'active') break;
      const { after, effects } = steps.step(from, event);
      const run = draft.runs.get(name);
      if (run) run.local = after.index;
      else draft.tool = after.index;
      this.#perform(draft, name, effects);
      this.#conclude(draft, name);
    }
    draft.busy.delete(name);
  }

  /** An actor that is done tells its parent. */
  #conclude(draft: Draft, name: string): void {
    const run = draft.runs.get(name);
    if (!run || this.runs.at(run.local).snapshot.status !== 'done') return;
    this.#send(draft, 'tool', { type: `xstate.done.actor.${name}` });
  }

  #perform(draft: Draft, by: string, effects: readonly LocalEffect[]): void {
    for (const [at, effect] of effects.entries()) {
      // Who is sent something before it is there hears it as soon as it is.
      const isEarly = ({ to }: { readonly to: string }) =>
        effects.slice(at).some(later => later.type === 'spawn' && later.id === to);
      if (effect.type === 'emit') draft.deeds.push({ type: 'emits', event: effect.event });
      else if (effect.type === 'stop') this.#stop(draft, by, effect.id);
      else if (effect.type === 'spawn') {
        // What is stopped in the step that makes it is never started.
        if (effects.slice(at).some(later => later.type === 'stop' && later.id === effect.id)) continue;
        this.#spawn(draft, by, effect.id, effect.src, effect.input);
        for (const early of effects.slice(0, at)) {
          if (early.type === 'send' && early.to === effect.id) this.#deliver(draft, by, early.to, early.event);
        }
      } else if (!isEarly(effect)) this.#deliver(draft, by, effect.to, effect.event);
    }
  }

  #deliver(draft: Draft, by: string, to: string, event: EventObject): void {
    if (to === 'keeper') this.#keep(draft, event);
    else if (to === 'generation') this.#command(draft, by, event);
    else if (to === 'claim') this.#note(draft, by, event.type === 'claim.freed');
    else this.#send(draft, to, event);
  }

  #stop(draft: Draft, by: string, id: string): void {
    const run = draft.runs.get(by);
    if (by === 'tool' && draft.runs.has(id)) {
      draft.runs.delete(id);
      draft.mail.delete(id);
      this.#hush(draft, id);
    } else if (run && id === 'claim') run.claim = undefined;
    else if (run && id === 'generation') run.generation = undefined;
    else this.#hush(draft, by, id);
  }

  /** What was asked is not taken back; its answer is not heard. */
  #hush(draft: Draft, by: string, child?: string | undefined): void {
    draft.calls = draft.calls.flatMap(call => {
      if (call.by !== by || (child !== undefined && call.child !== child)) return [call];
      return isReading(this.request(call)) ? [] : [{ ...call, by: '', child: '', isHeard: false }];
    });
  }

  #spawn(draft: Draft, by: string, id: string, src: string, input: unknown): void {
    const run = draft.runs.get(by);
    if (src === 'run') {
      const { after, effects } = this.runs.start(input);
      draft.runs.set(id, { local: after.index });
      // It hears nothing before it has begun.
      draft.busy.add(id);
      this.#perform(draft, id, effects);
      draft.busy.delete(id);
      this.#work(draft, id);
    } else if (src === 'look') {
      this.#ask(
        draft,
        by,
        id,
        by === 'tool' ? { type: 'records' } : { type: 'find', ...(input as { id: string }) },
        '',
      );
    } else if (src === 'record') {
      this.#ask(
        draft,
        by,
        id,
        { type: 'change', ...(input as Pick<Extract<Request, { type: 'change' }>, 'id' | 'change'>) },
        String(run?.local),
      );
    } else if (src === 'commit') {
      this.#ask(
        draft,
        by,
        id,
        { type: 'commit', ...(input as Pick<Extract<Request, { type: 'commit' }>, 'id' | 'items'>) },
        '',
      );
    } else if (src === 'claim' && run) {
      if (this.#hasClaims) run.claim = { state: 'waiting', mayMove: false };
      else this.#send(draft, by, { type: 'claim.shared' });
    } else if (src === 'generation' && run) {
      const { id: own, idempotencyKey = own, resume } = input as GenerationInput;
      const { job, cancelWanted = false, progress } = resume ?? {};
      run.generation = {
        id: own,
        key: idempotencyKey,
        phase: job ? 'following' : 'idle',
        job: job?.id,
        cancelWanted,
        progress,
      };
      this.#send(draft, by, snapshotOf(run.generation));
    }
  }

  /** An answer that takes two calls is asked for the second time in its turn. */
  #ask(draft: Draft, by: string, child: string, request: Request, local: string): void {
    const text = toKey(request);
    const key = request.type === 'change' ? `${text} by ${child} of ${local}` : text;
    if (request.type === 'change') this.#assertSame(key, request);
    this.#requests.set(key, this.#requests.get(key) ?? request);
    draft.calls.push({ by, child, request: key, isHeard: true });
  }

  /** A change is known by the state that asked for it: then it has to be the same one each time. */
  #assertSame(key: string, { change }: Extract<Request, { type: 'change' }>): void {
    const outcome = toKey(probes.map(probe => change(probe)));
    const known = this.#changes.get(key) ?? outcome;
    this.#changes.set(key, known);
    if (known !== outcome) throw new Error(`One state asks for two changes: ${known} and ${outcome}`);
  }

  #keep(draft: Draft, order: EventObject): void {
    this.#ask(draft, 'tool', 'keeper', order as Extract<Request, { type: 'remove' | 'clear' | 'forget' }>, '');
  }

  #note(draft: Draft, by: string, mayMove: boolean): void {
    const run = draft.runs.get(by);
    if (run?.claim) run.claim = { ...run.claim, mayMove };
  }

  #command(draft: Draft, by: string, event: EventObject): void {
    const run = draft.runs.get(by);
    const before = run?.generation;
    if (!run || !before) return;
    if (event.type === 'START' && before.phase === 'idle') {
      run.generation = { ...before, phase: 'submitting' };
      draft.deeds.push({ type: 'posts', id: before.id, key: before.key, input: Reflect.get(event, 'input') });
    } else if (event.type === 'CANCEL' && before.phase !== 'idle') run.generation = { ...before, cancelWanted: true };
    if (run.generation && run.generation !== before) this.#send(draft, by, snapshotOf(run.generation));
  }
}
