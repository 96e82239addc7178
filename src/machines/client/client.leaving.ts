import { getOwn } from '../json.js';
import type { ClientContext, ClientEventOf, ClientMessage, RunDoneEvent, Step } from './client.context.js';

type Children = Pick<ClientContext<unknown, unknown, unknown>, 'entries' | 'renewals'>;

/** The ids of the actors of runs, among those of the client's children. */
export const toRunId = (count: number): string => `run/${count}`;
export const isRunId = (id: string): boolean => id.startsWith('run/');

export const runIdsOf = ({ entries }: Pick<Children, 'entries'>): readonly string[] =>
  Object.values(entries).flatMap(({ runId }) => runId ?? []);

export const renewalIdsOf = ({ renewals }: Pick<Children, 'renewals'>): readonly string[] =>
  Object.values(renewals).flatMap(({ runId }) => runId ?? []);

export const toLeave = (runIds: readonly string[], isForgotten: boolean): readonly ClientMessage[] =>
  runIds.map(to => ({ to, message: { type: 'LEAVE', isForgotten } }));

/** Every run has said what became of it, or has ended. */
export const isEachLeft = ({
  entries,
  left,
}: Pick<ClientContext<unknown, unknown, unknown>, 'entries' | 'left'>): boolean =>
  Object.entries(entries).every(([id, { runId }]) => runId === undefined || getOwn(left, id) !== undefined);

/** A run has ended, or has stopped with an error: nobody waits for it, and nothing is sent to it. */
export const withoutRun = <TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  runId: string,
): ClientContext<TInput, TOutput, TItem> => ({
  ...context,
  entries: Object.fromEntries(
    Object.entries(context.entries).map(([id, entry]) => [
      id,
      entry.runId === runId ? { ...entry, runId: undefined } : entry,
    ]),
  ),
  forgottenRuns: context.forgottenRuns.filter(one => one !== runId),
});

/** What follows when the page follows nothing more. */
export function leavingSteps<TInput, TOutput, TItem>() {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Of<TType extends 'LEAVE' | 'run.left'> = ClientEventOf<TInput, TOutput, TItem, TType>;
  type Next = Step<TInput, TOutput, TItem>;

  return {
    leave: (context: Context, { isForgotten }: Of<'LEAVE'>): Next => ({
      context: { ...context, isLeaving: true },
      messages: toLeave(runIdsOf(context), isForgotten),
      stops: renewalIdsOf(context),
    }),
    /** After `run.done`, which it sends while it runs. */
    stopLeftRun: (context: Context, { type }: RunDoneEvent): Next => {
      const runId = type.slice('xstate.done.actor.'.length);
      return { context: withoutRun(context, runId), stops: [runId] };
    },
    setLeft: (context: Context, { id, isSubmitted, token, result }: Of<'run.left'>): Next => ({
      context: { ...context, left: { ...context.left, [id]: { isSubmitted, token, result } } },
    }),
  };
}
