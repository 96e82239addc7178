import type { EventObject } from 'xstate';
import type { Act, Contract } from './contract.js';
import type { Request } from './store-model.js';

export type Run = {
  readonly name: string;
  readonly local: number;
  readonly lock?: { readonly state: 'waiting' | 'held' | 'stolen'; readonly canRelease: boolean } | undefined;
  readonly generation?: Contract | undefined;
};

export type Call = {
  readonly by: string;
  readonly child: string;
  readonly request: string;
  readonly isAwaited: boolean;
  /** A reading of the client, and the store has changed since. */
  readonly isOutdated?: true | undefined;
};

/** A page: its client, its runs, and its calls of the store, in order. */
export type Tab = {
  readonly client: number;
  readonly runs: readonly Run[];
  readonly calls: readonly Call[];
  /** Another tab has changed the store, and this one is not notified yet. */
  readonly isUnnotified: boolean;
  /** Items that were removed here. */
  readonly removed: readonly string[];
};

/** What a tab does to the rest of the world. */
export type TabEffect =
  | { readonly type: 'posts'; readonly id: string; readonly key: string; readonly input: unknown }
  /** A request that may be charged is given up while its page is open. */
  | { readonly type: 'aborts'; readonly id: string }
  | { readonly type: 'emits'; readonly event: EventObject & { readonly [name: string]: unknown } };

/** What happens to a tab. */
export type TabEvent =
  | { readonly type: 'command'; readonly event: EventObject }
  | { readonly type: 'delay'; readonly of: string; readonly event: string }
  | { readonly type: 'answer'; readonly events: readonly EventObject[]; readonly next?: Request | undefined }
  | { readonly type: 'notification' }
  | { readonly type: 'change' }
  | { readonly type: 'lock'; readonly of: string; readonly change: 'held' | 'released' | 'stolen' | 'lost' }
  | { readonly type: 'act'; readonly of: string; readonly act: Act };

export type TabStep = { readonly tab: number; readonly effects: readonly TabEffect[] };
