import type { FileRecord } from './jobs.js';

/** Something that happened to a file, before it is put into the words of the protocol. */
export type Fact =
  | { readonly kind: 'started' }
  | { readonly kind: 'progressed'; readonly progress: number; readonly message: string }
  | { readonly kind: 'rendered' }
  | { readonly kind: 'published' }
  | { readonly kind: 'thumbnailed' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'repeated' };

type Listener = (file: FileRecord, fact: Fact) => void;

/** Who hears what. Nothing is kept: a fact that nobody listens to is lost, as it is in the real backend. */
export type Channels = {
  /** Listens to `file.{id}`, `project.{id}` or `user.{id}`. Returns the end of listening. */
  subscribe(channel: string, listener: Listener): () => void;
  publish(file: FileRecord, fact: Fact): void;
};

export function createChannels(): Channels {
  const listeners = new Map<string, Set<Listener>>();
  return {
    subscribe(channel, listener) {
      const those = listeners.get(channel) ?? new Set();
      listeners.set(channel, those.add(listener));
      return () => {
        those.delete(listener);
        if (those.size === 0 && listeners.get(channel) === those) listeners.delete(channel);
      };
    },
    publish(file, fact) {
      for (const channel of [`file.${file.id}`, `project.${file.projectId}`, `user.${file.userId}`]) {
        for (const listener of [...(listeners.get(channel) ?? [])]) listener(file, fact);
      }
    },
  };
}
