import {
  type Actor,
  createActor,
  initialTransition,
  type Observer,
  type SnapshotFrom,
  type Subscribable,
  transition,
} from 'xstate';
import { isSame } from '../machines/equality.js';
import { newId } from '../machines/generation/generation.id.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { toResumeToken } from '../machines/generation/generation.token.js';
import type { GenerationEmitted, ResumeToken } from '../machines/generation/generation.types.js';
import { viewGeneration } from '../machines/generation/generation.view.js';
import type {
  GenerationCommands,
  UseGenerationEvent,
  UseGenerationOptions,
  UseGenerationResult,
} from './use-generation.types.js';

/** The life of the generations of one component, outside of React: it makes, holds, lets go and takes up actors. */
export type GenerationController<TInput, TOutput> = {
  readonly machine: GenerationMachine<TInput, TOutput>;
  /** From now on these are the callbacks. */
  readonly update: (options: UseGenerationOptions<TOutput>) => void;
  /** The component is shown; unsubscribing says that it is not any more. One at a time. */
  readonly subscribe: Subscribable<UseGenerationResult<TInput, TOutput>>['subscribe'];
  /** The view. An idle one without an id until the component is shown, so that a server renders the same. */
  readonly getSnapshot: () => UseGenerationResult<TInput, TOutput>;
};

/** Made in a render, so nothing runs before `subscribe`, and nothing random is read on a server. */
export function createGenerationController<TInput, TOutput>(
  machine: GenerationMachine<TInput, TOutput>,
  options: UseGenerationOptions<TOutput>,
): GenerationController<TInput, TOutput> {
  type Machine = GenerationMachine<TInput, TOutput>;
  type Snapshot = SnapshotFrom<Machine>;
  type View = UseGenerationResult<TInput, TOutput>;

  let listener: (() => void) | undefined;
  let actor: Actor<Machine> | undefined;
  /** What is shown while there is no actor. */
  let held: Snapshot | undefined;
  /** What the next actor goes on from. */
  let resume: ResumeToken | undefined = options.resume;
  /** An outcome that came while nobody was there to be told. */
  let untold: UseGenerationEvent<TOutput> | undefined;
  let wasShown = false;
  let viewed: Snapshot | undefined;
  let view: View;

  const initial = (id: string, token?: ResumeToken) => initialTransition(machine, { id, resume: token })[0];

  function current(): Snapshot {
    if (actor) return actor.getSnapshot();
    held ??= wasShown && resume ? initial(resume.id, resume) : initial('');
    return held;
  }

  /** Not so while a submit or a cancel is under way: they run to their end, whoever is there. */
  function isFollowing(snapshot: Snapshot): boolean {
    const { canCancel, job } = viewGeneration(snapshot);
    return canCancel && job !== undefined;
  }

  function call(news: UseGenerationEvent<TOutput>): void {
    try {
      if (news.type === 'submitted') options.onSubmitted?.(news);
      else if (news.type === 'completed') options.onCompleted?.(news);
      else if (news.type === 'failed') options.onFailed?.(news);
      else options.onCancelled?.(news);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  function tell(emitted: GenerationEmitted<TOutput>, snapshot: Snapshot): void {
    const news = { ...emitted, resumeToken: toResumeToken(snapshot) };
    if (listener || news.type === 'submitted') call(news);
    else untold = news;
  }

  function launch(): Actor<Machine> {
    // An accepted job is followed in the very step that accepts it, so where nobody is there to follow it for, the
    // answer must not reach the chart: it is worked out aside, and kept.
    const guarded: Machine['transition'] = (from, event, scope) => {
      if (!(listener && actor === launched) && !isFollowing(from)) {
        const [next] = transition(machine, from, event);
        if (isFollowing(next)) {
          if (actor === launched) {
            keep(next);
            if (next.context.job) tell({ type: 'submitted', id: next.context.id, job: next.context.job }, next);
          }
          launched.stop();
          return from;
        }
      }
      return machine.transition(from, event, scope);
    };
    const logic: Machine = Object.create(machine, { transition: { value: guarded } });
    const { inspect } = options;
    const launched = createActor(logic, {
      input: { id: resume?.id ?? newId(), resume },
      ...(inspect && { inspect }),
    });
    launched.on('*', emitted => {
      if (actor === launched) tell(emitted, launched.getSnapshot());
    });
    launched.subscribe(() => listener?.());
    actor = launched;
    resume = undefined;
    return launched.start();
  }

  function keep(snapshot: Snapshot): void {
    resume = toResumeToken(snapshot);
    actor = held = undefined;
  }

  function renew(): void {
    actor = held = resume = untold = undefined;
  }

  const commands: GenerationCommands<TInput> = {
    generate(input) {
      if (!listener) return;
      if (current().status !== 'active') renew();
      // The chart ignores it in all states but the first.
      (actor ?? launch()).send({ type: 'GENERATE', input });
    },
    cancel() {
      if (actor) {
        if (current().status === 'active') actor.send({ type: 'CANCEL' });
      } else if (resume?.job) {
        resume = { ...resume, cancelRequested: true };
        launch();
      }
    },
    check() {
      if (actor && current().status === 'active') actor.send({ type: 'CHECK' });
    },
    reset() {
      if (actor && isFollowing(current())) actor.stop();
      renew();
      listener?.();
    },
  };

  const toView = (snapshot: Snapshot): View =>
    Object.freeze({ ...viewGeneration<TOutput>(snapshot), id: snapshot.context.id, ...commands });

  const attachment: GenerationController<TInput, TOutput> = {
    machine,
    update(newest) {
      options = newest;
    },
    subscribe(observer: Partial<Observer<View>> | ((view: View) => void)) {
      const listen = () => (typeof observer === 'function' ? observer : observer.next)?.(attachment.getSnapshot());
      if (!wasShown) held = undefined;
      wasShown = true;
      listener = listen;
      const news = untold;
      untold = undefined;
      if (news) call(news);
      // Not before StrictMode has run the effects twice, which would open a stream for nothing.
      queueMicrotask(() => {
        if (listener && !actor && resume) launch();
      });
      // React before 19.3 looks again after a first subscription, but not after one that comes back.
      listen();
      return {
        unsubscribe() {
          listener = undefined;
          const following = actor;
          if (!following || !isFollowing(current())) return;
          keep(current());
          following.stop();
        },
      };
    },
    getSnapshot() {
      const snapshot = current();
      if (snapshot !== viewed) {
        viewed = snapshot;
        const next = toView(snapshot);
        // Most of what a chart remembers is not shown: a ping of the stream renders nothing.
        if (!isSame(view, next)) view = next;
      }
      return view;
    },
  };
  return attachment;
}
