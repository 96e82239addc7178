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
  /** As `authorize` has answered. */
  readonly user: TUser;
  /** What `input` has made of the wish. */
  readonly input: unknown;
};

/** Whether a generation is charged, as far as it is known. */
export type Charge = {
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** `maybe`: the vendor has not said so within `settleMaybeAfterMs`. */
  readonly charged: 'yes' | 'no' | 'maybe';
  /** As the vendor has said it; absent if it has not. */
  readonly cost?: Cost | undefined;
};

/** How a generation has ended, and what it costs. */
export type Settlement = Paid &
  Charge & {
    /** What `onReserve` has returned for it. */
    readonly reserve?: JsonValue | undefined;
  };

/** What turned out to be another way after it was settled. */
export type Correction = Settlement & {
  /** What `onSettle` or the last `onCorrect` was told. */
  readonly before: Charge;
};

/**
 * Where your money is counted. Each hook runs within the transaction that stores what it is about, and what it writes with this transaction is
 * committed together with it, or not at all. It may be called again when the transaction has to be repeated, so it uses nothing else: what is
 * outside gets its turn by a row of an outbox table.
 */
export type MoneyHooks<TUser extends ServerUser = ServerUser, TTransaction = unknown> = {
  readonly onReserve?:
    | ((transaction: TTransaction, reservation: Reservation<TUser>) => JsonValue | void | Promise<JsonValue | void>)
    | undefined;
  readonly onSettle?: ((transaction: TTransaction, settlement: Settlement) => void | Promise<void>) | undefined;
  readonly onCorrect?: ((transaction: TTransaction, correction: Correction) => void | Promise<void>) | undefined;
};
