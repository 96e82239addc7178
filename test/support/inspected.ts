import type { InspectionEvent } from 'xstate';

/** A message of the inspector's protocol, as far as tests look at it. */
export type Received = {
  readonly type: string;
  readonly sessionId: string;
  readonly name?: string;
  readonly parentId?: string;
  readonly definition?: string;
  readonly sourceId?: string;
  readonly event?: { readonly type: string };
  readonly snapshot?: { readonly status?: string; readonly value?: unknown; readonly context?: unknown };
};

const shown = ['@xstate.actor', '@xstate.event', '@xstate.snapshot'];

/** What XState tells, in the words of the protocol: what has to arrive, once and in this order. */
export function toExpected(events: readonly InspectionEvent[]): readonly object[] {
  return events
    .filter(({ type }) => shown.includes(type))
    .map(inspected => ({
      type: inspected.type,
      sessionId: inspected.actorRef.sessionId,
      event: 'event' in inspected ? inspected.event.type : undefined,
      state: 'snapshot' in inspected ? Reflect.get(inspected.snapshot, 'value') : undefined,
    }));
}

/** What has arrived, to be held against it. */
export function toArrived(messages: readonly Received[]): readonly object[] {
  return messages.map(({ type, sessionId, event, snapshot }) => ({
    type,
    sessionId,
    event: event?.type,
    state: type === '@xstate.snapshot' ? snapshot?.value : undefined,
  }));
}

/** The names of the actors, in the order in which they were introduced. */
export const namesIn = (messages: readonly Received[]) =>
  messages.flatMap(({ type, name }) => (type === '@xstate.actor' && name !== undefined ? [name] : []));
