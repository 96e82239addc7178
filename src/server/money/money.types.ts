import type { Cost, JsonValue } from '../../machines/generation/generation.port.js';
import type { ServerUser } from '../server.types.js';

type Paid = {
  /** The id of the generation. */
  readonly id: string;
  /** The idempotency key of the page: one per generation, over all its requests. */
  readonly key: string;
  readonly backend: string;
  readonly userId: string;
  /** Which reservation of the generation it is, from 1: what was refused free of charge may be submitted again with the same key. */
  readonly attempt: number;
};

/** What is about to be submitted. */
export type Reservation<TUser extends ServerUser = ServerUser> = Paid & {
  /** What `authorize` returned. */
  readonly user: TUser;
  /** What `input` made of the wish. */
  readonly input: unknown;
};

/** Whether a generation is charged, as far as known. */
export type Charge = {
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** `maybe`: the vendor has not said so within `settleMaybeAfterMs`. */
  readonly charged: 'yes' | 'no' | 'maybe';
  /** The vendor's figure; absent if it reports none. */
  readonly cost?: Cost | undefined;
};

/** How a generation ended, and what it costs. */
export type Settlement = Paid &
  Charge & {
    /** What `onReserve` returned for it. */
    readonly reserve?: JsonValue | undefined;
  };

/** What changed after a generation was settled. */
export type Correction = Settlement & {
  /** What `onSettle` or the last `onCorrect` got. */
  readonly before: Charge;
};

/**
 * Your accounting. Each hook runs inside the transaction that stores the change it is about: what it writes with this
 * transaction is committed together with the change, or not at all. If the transaction is repeated, the hook is called
 * again, so it must not use anything else. Send to other systems with a row in an outbox table.
 */
export type MoneyHooks<TUser extends ServerUser = ServerUser, TTransaction = unknown> = {
  readonly onReserve?:
    | ((transaction: TTransaction, reservation: Reservation<TUser>) => JsonValue | void | Promise<JsonValue | void>)
    | undefined;
  readonly onSettle?: ((transaction: TTransaction, settlement: Settlement) => void | Promise<void>) | undefined;
  readonly onCorrect?: ((transaction: TTransaction, correction: Correction) => void | Promise<void>) | undefined;
};
