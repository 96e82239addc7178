import type { FileRecord } from './jobs.js';

/** An event of a file, before it is converted to the events of the protocol. */
export type FileEvent =
  | { readonly kind: 'queued' }
  | { readonly kind: 'started' }
  | { readonly kind: 'progressed'; readonly progress: number; readonly message: string }
  | { readonly kind: 'rendered' }
  | { readonly kind: 'published' }
  | { readonly kind: 'thumbnailed' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'repeated' };

type Listener = (file: FileRecord, event: FileEvent) => void;

/** The channels of the backend. Nothing is stored: an event without a listener is lost. */
export type Channels = {
  /** Subscribes to `file.{id}`, `project.{id}` or `user.{id}`. Returns a function that ends the subscription. */
  subscribe(channel: string, listener: Listener): () => void;
  publish(file: FileRecord, event: FileEvent): void;
};

export function createChannels(): Channels {
  const listeners = new Map<string, Set<Listener>>();
  return {
    subscribe(channel, listener) {
      const ofChannel = listeners.get(channel) ?? new Set();
      listeners.set(channel, ofChannel.add(listener));
      return () => {
        ofChannel.delete(listener);
        if (ofChannel.size === 0 && listeners.get(channel) === ofChannel) listeners.delete(channel);
      };
    },
    publish(file, event) {
      for (const channel of [`file.${file.id}`, `project.${file.projectId}`, `user.${file.userId}`]) {
        for (const listener of [...(listeners.get(channel) ?? [])]) listener(file, event);
      }
    },
  };
}
