import type { JobStore } from 'generation-lifecycle/server';

/** Where the server half is with a job, as the page's chart shows it. */
export type ServerStep = {
  readonly status: string;
  /** The states of the chart that it is in, by their paths: `following.reads.polling`. None, once the job has ended. */
  readonly states: readonly string[];
  /** When it makes the next step, in ms since the epoch; `null` if none is left. */
  readonly dueAt: number | null;
};

/** The paths of an XState value, of the outer states, too. */
function pathsOf(value: unknown, before = ''): readonly string[] {
  if (typeof value === 'string') return [before + value];
  return Object.entries(Object(value)).flatMap(([name, inner]) => [
    before + name,
    ...pathsOf(inner, `${before}${name}.`),
  ]);
}

/** The step of the job that this key has bought; `undefined` if there is none. */
export async function readStep(store: JobStore, userId: string, key: string): Promise<ServerStep | undefined> {
  const row = await store.findByKey(userId, key);
  if (!row) return undefined;
  const { status, dueAt, state, endedAt } = row;
  const position: unknown = state['position'];
  return { status, dueAt, states: endedAt === null ? pathsOf(Object(position).value) : [] };
}
