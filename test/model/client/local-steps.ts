import { type AnyActorRef, type AnyActorScope, type AnyStateMachine, createActor, type EventObject } from 'xstate';

/** What a machine does to another machine, or emits. */
export type LocalEffect =
  | { readonly type: 'send'; readonly to: string; readonly event: EventObject }
  | { readonly type: 'spawn'; readonly id: string; readonly src: string; readonly input: unknown }
  | { readonly type: 'stop'; readonly id: string }
  | { readonly type: 'emit'; readonly event: EventObject };

type Snapshot = ReturnType<AnyStateMachine['resolveState']>;

/** Everything of one actor that decides what it does next. Equal ones are one object. */
export type Local = {
  readonly index: number;
  readonly snapshot: Snapshot;
  /** The events of the delays that are armed. */
  readonly delays: readonly string[];
};

export type LocalStep = { readonly after: Local; readonly effects: readonly LocalEffect[] };

/** Contexts hold functions, such as getInput. Only whether there is one decides; what it returns depends on its generation. */
export const toKey = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'function' ? 'a function' : part));

type Action = { readonly type: string; readonly params: unknown };

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const isEvent = (value: unknown): value is EventObject => typeof member(value, 'type') === 'string';

/** Runs a machine's transitions without an actor, each once: they depend on the state and the event only. */
export class LocalSteps {
  readonly #machine: AnyStateMachine;
  readonly #self: AnyActorRef;
  readonly #locals: Local[] = [];
  readonly #indexes = new Map<string, Local>();
  readonly #steps = new Map<string, LocalStep>();

  /** @param input any with which an actor can be created; its content does not matter */
  constructor(machine: AnyStateMachine, input: unknown, parent?: AnyActorRef | undefined) {
    this.#machine = machine;
    this.#self = createActor(machine, { input, ...(parent && { parent }) });
  }

  get self(): AnyActorRef {
    return this.#self;
  }

  get count(): number {
    return this.#locals.length;
  }

  at(index: number): Local {
    const local = this.#locals[index];
    if (!local) throw new RangeError(`There is no state ${index}`);
    return local;
  }

  start(input: unknown): LocalStep {
    return this.#once(`start ${toKey(input)}`, [], scope => this.#machine.getInitialSnapshot(scope, input));
  }

  step(index: number, event: EventObject): LocalStep {
    const { snapshot, delays } = this.at(index);
    // A delay that fires is not armed any more.
    const left = delays.filter(delay => delay !== event.type);
    return this.#once(`${index} ${toKey(event)}`, left, scope => {
      try {
        return this.#machine.transition(snapshot, event, scope);
      } catch (error) {
        // So does XState's actor.
        return { ...snapshot, status: 'error', error } as Snapshot;
      }
    });
  }

  /** The same state with another context. */
  withContext(index: number, context: Snapshot['context']): Local {
    const { snapshot, delays } = this.at(index);
    return this.#intern({ ...snapshot, context }, delays);
  }

  #once(key: string, armed: readonly string[], run: (scope: AnyActorScope) => Snapshot): LocalStep {
    const known = this.#steps.get(key);
    if (known) return known;
    const actions: Action[] = [];
    const nothing = () => {};
    const snapshot = run({
      self: this.#self,
      system: this.#self.system,
      id: '',
      sessionId: '',
      logger: nothing,
      defer: nothing,
      emit: nothing,
      stopChild: nothing,
      actionExecutor: action => {
        actions.push(action);
      },
    });
    const delays = new Set(armed);
    const effects = actions.flatMap(action => this.#effect(action, delays));
    const isOver = snapshot.status !== 'active';
    const step = { after: this.#intern(snapshot, isOver ? [] : [...delays].sort()), effects };
    this.#steps.set(key, step);
    return step;
  }

  #intern(snapshot: Snapshot, delays: readonly string[]): Local {
    const { value, context, status, output, error, children } = snapshot;
    const key = toKey([value, context, status, output, String(error), Object.keys(children).sort(), delays]);
    const known = this.#indexes.get(key);
    if (known) return known;
    const local = { index: this.#locals.length, snapshot, delays };
    this.#locals.push(local);
    this.#indexes.set(key, local);
    return local;
  }

  #effect({ type, params }: Action, delays: Set<string>): readonly LocalEffect[] {
    const id = String(member(params, 'id'));
    const event = member(params, 'event');
    if (type === 'xstate.spawnChild') {
      return [{ type: 'spawn', id, src: String(member(params, 'src')), input: member(params, 'input') }];
    }
    if (type === 'xstate.stopChild') return params === undefined ? [] : [{ type: 'stop', id }];
    if (type === 'xstate.sendTo' && isEvent(event)) {
      const to = member(params, 'targetId');
      return [{ type: 'send', to: to === '#_parent' ? 'client' : String(to), event }];
    }
    if (type === 'xstate.emit' && isEvent(event)) return [{ type: 'emit', event }];
    if (type === 'xstate.raise' && isEvent(event) && typeof member(params, 'delay') === 'number')
      delays.add(event.type);
    if (type === 'xstate.cancel') delays.delete(String(member(params, 'sendId')));
    return [];
  }
}
