import { createRecorder, type GenerationLog, type RecorderOptions } from 'generation-lifecycle/devtools';
import type { AnyActorRef } from 'xstate';

/** A recorder with one actor. */
export function recordedActor(actor: AnyActorRef, options?: RecorderOptions) {
  const { attach, logs } = createRecorder(options);
  const stop = attach(actor);
  return {
    stop,
    log(): GenerationLog {
      const [log] = logs();
      if (!log) throw new Error(`No log of the actor ${actor.id}.`);
      return log;
    },
  };
}
