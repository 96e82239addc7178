import type { AdapterCall, GenerationAdapter, JobRef, Submission } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { maxJobsPerRead, protocolHeader } from '../http/generation-protocol.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange, JsonRequest } from '../http/json-exchange.js';
import { toRequestError } from '../http/request-error.js';
import { sharedEvents } from '../sharing/shared-events.js';
import { sharedReads } from '../sharing/shared-reads.js';
import { toSubmission, toUpdate } from './answers.js';

type Durable<TOutput> = Required<
  Pick<GenerationAdapter<never, TOutput>, 'read' | 'events' | 'find' | 'cancelByKey' | 'idempotentSubmit'>
>;

type Calls = {
  readonly base: string;
  /** The base as a page shows it in URLs. */
  readonly shown: () => string;
  readonly ask: (request: JsonRequest) => Promise<JsonAnswer>;
  readonly events: Exchange['events'];
};

/** What the server says of one job, in a stream or a list of many. */
type Told = { readonly id: string; readonly update: unknown };

/** What a server half with a store can do beyond a relay: one stream and one read for all jobs, and answers by key. */
export function durableCalls<TOutput>({ base, shown, ask, events }: Calls): Durable<TOutput> {
  const reads = sharedReads<TOutput>({
    async readMany(jobs, { signal }) {
      const told = new Map<string, unknown>();
      for (let from = 0; from < jobs.length; from += maxJobsPerRead) {
        const ids = jobs.slice(from, from + maxJobsPerRead).map(({ id }) => encodeURIComponent(id));
        const [job] = jobs;
        const answer = await ask({ action: 'read', job, url: `${base}/jobs?ids=${ids.join(',')}`, signal });
        const { jobs: list } = answer.members;
        if (!Array.isArray(list)) throw answer.toError({ code: 'invalid-response' });
        for (const one of list) if (isTold(one)) told.set(one.job.id, one.update);
      }
      return new Map(jobs.map(job => [job.id, toAnswer(job, told)] as const));
    },
  });

  const toAnswer = (job: JobRef, told: ReadonlyMap<string, unknown>) => {
    if (told.has(job.id)) return toUpdate<TOutput>(told.get(job.id), 'read', job, shown());
    return toRequestError({ action: 'read', job }, 'not-found', 'the server has no such job of this user');
  };

  async function* openAll(call: Parameters<typeof events>[0]): AsyncGenerator<Told, void, undefined> {
    for await (const { members } of events(call)) {
      const { id, update } = members;
      if (typeof id === 'string') yield { id, update };
    }
  }

  const shared = sharedEvents<Told, TOutput>({
    open: (_, call, job) => openAll({ ...call, job, url: `${base}/events` }),
    route: {
      channelOf: () => 'all',
      idsIn: ({ id }) => [id],
      toUpdate: ({ update }, job) => toUpdate<TOutput>(update, 'events', job, shown()),
    },
  });

  const askByKey = async (
    action: 'find' | 'forbid',
    idempotencyKey: string,
    { signal }: AdapterCall,
  ): Promise<Submission<TOutput> | undefined> => {
    const url = `${base}/keys/${encodeURIComponent(toHeaderKey(idempotencyKey))}`;
    const method = action === 'find' ? 'GET' : 'DELETE';
    const answer = await ask({ action, idempotencyKey, url, method, signal });
    // Only the server itself may say that nothing was bought.
    if (answer.headers.has(protocolHeader) && answer.members['job'] === null) return undefined;
    return toSubmission<TOutput>(answer, action, shown());
  };

  return {
    idempotentSubmit: 'replays',
    read: reads.read,
    events: shared.events,
    find: (key, call) => askByKey('find', key, call),
    cancelByKey: (key, call) => askByKey('forbid', key, call),
  };
}

const isTold = (value: unknown): value is { readonly job: { readonly id: string }; readonly update: unknown } =>
  isObject(value) && isObject(value['job']) && typeof value['job']['id'] === 'string' && isObject(value['update']);
