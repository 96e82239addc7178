import { sealedHeader, sealedParameter } from '../../adapters/http/generation-protocol.js';
import { checkedSubmission, checkedUpdate, toFailedCall } from '../../machines/generation/generation.answers.js';
import type { JobRef, JobUpdate, Submission } from '../../machines/generation/generation.port.js';
import type { Backend } from '../backends.js';
import { toHash } from '../encoding.js';
import type { Asked, Level } from '../level.js';
import { withPageUrls } from '../media/page-urls.js';
import { toPreviewAnswer, toResultAnswer } from '../media/result-route.js';
import { toAnswerEnd } from '../observe/observe.js';
import { toAnswer } from '../request/answers.js';
import { withinTime } from '../request/call-signal.js';
import { toEventStream } from '../request/event-stream.js';
import { type FailedAction, toFailedCallAnswer } from '../request/failed-call.js';
import { toToldUpdate } from '../request/failures.js';
import { RequestRefusal, unknownJob } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { relayStream } from './relay-stream.js';
import type { SealedJobs } from './sealed-job.js';

/** The browser loads a result without headers. */
const sealedOf = ({ headers, url }: Request): string | null =>
  headers.get(sealedHeader) ?? new URL(url).searchParams.get(sealedParameter);

/** Without a store: each call is passed on to the backend, once, and the job travels with the page. */
export function createRelay(settings: Settings, sealedJobs: SealedJobs): Level {
  const { showBackendErrors: isShown, basePath } = settings;

  const toPageJob = async ({ backend, user }: Asked, id: string, job: JobRef) => ({
    id,
    sealed: await sealedJobs.seal(job, id, { userId: user.id, backend: backend.name }),
  });

  /** @throws RequestRefusal for a job that cannot be opened here, by this user */
  async function toJob({ request, backend, user }: Asked, id: string): Promise<JobRef> {
    const sealed = sealedOf(request);
    const job = sealed && (await sealedJobs.open(sealed, id, { userId: user.id, backend: backend.name }));
    if (!job) throw unknownJob(id);
    return job;
  }

  /** An update as the page gets it. */
  function told({ request, backend }: Asked, id: string, update: JobUpdate<unknown>, sealed = sealedOf(request)) {
    const place = { basePath, backend, id, sealed: sealed ?? undefined };
    return toToldUpdate(withPageUrls(update, place), { id }, isShown);
  }

  const readUpdate = async ({ adapter }: Backend, job: JobRef, signal: AbortSignal) =>
    checkedUpdate(await adapter.read(job, { signal }), 'read', job);

  /** An update of one call, or why it failed. */
  async function answerWith(asked: Asked, id: string, action: FailedAction, make: () => Promise<JobUpdate<unknown>>) {
    try {
      return toAnswer({ update: told(asked, id, await make()) });
    } catch (error) {
      return toFailedAnswer(asked, action, error, { id });
    }
  }

  const toFailedAnswer = (asked: Asked, action: FailedAction, error: unknown, pageJob: JobRef | undefined) =>
    toFailedCallAnswer(settings, asked, action, toFailedCall(error, action), pageJob);

  /** Not with the signal of the request: a page that goes away must not leave a submit half done. */
  async function send(asked: Asked, id: string, input: unknown): Promise<Response> {
    const { adapter, policy } = asked.backend;
    try {
      const given = await withinTime(policy.submitTimeoutMs, undefined, signal =>
        adapter.submit(input, { signal, idempotencyKey: id }),
      );
      const { job, update }: Submission<unknown> = checkedSubmission(given, 'submit', id);
      const pageJob = await toPageJob(asked, id, job);
      return toAnswer({ job: pageJob, ...(update && { update: told(asked, id, update, pageJob.sealed) }) }, 201);
    } catch (error) {
      const { job } = toFailedCall(error, 'submit').failure;
      return toFailedAnswer(asked, 'submit', error, job && (await toPageJob(asked, id, job)));
    }
  }

  return {
    async submit(asked, { key, input }) {
      const { backend, user } = asked;
      // The backend gets a key of this user only: with somebody else's it would answer with somebody else's job.
      const id = (await toHash('relay', user.id, backend.name, key)).slice(0, 32);
      const work = { name: 'submit', backend: backend.name, id, userId: user.id } as const;
      return settings.observe.work(work, () => send(asked, id, input), toAnswerEnd);
    },

    async read(asked, id) {
      const { backend } = asked;
      const job = await toJob(asked, id);
      return answerWith(asked, id, 'read', () =>
        withinTime(backend.policy.requestTimeoutMs, asked.request.signal, signal => readUpdate(backend, job, signal)),
      );
    },

    async cancel(asked, id) {
      const { adapter, policy } = asked.backend;
      const job = await toJob(asked, id);
      // The page's chart reads the job after any answer.
      if (!adapter.cancel) return toAnswer({ update: { kind: 'ignored' } });
      const send = async (signal: AbortSignal) => (await adapter.cancel?.(job, { signal })) ?? { kind: 'cancelled' };
      return answerWith(asked, id, 'cancel', async () =>
        checkedUpdate(await withinTime(policy.requestTimeoutMs, asked.request.signal, send), 'cancel', job),
      );
    },

    async result(asked, id, index) {
      return toResultAnswer(settings, asked, { id, job: await toJob(asked, id), index });
    },

    async preview(asked, id, name) {
      return toPreviewAnswer(settings, asked, { id, job: await toJob(asked, id), name });
    },

    async events(asked, id) {
      const { request, backend } = asked;
      const { adapter, policy } = backend;
      const job = await toJob(asked, id);
      if (!adapter.events) {
        throw new RequestRefusal(404, 'not-found', `Job ${id} has no stream, because its backend has none. Read it.`);
      }
      return toEventStream(asked, settings, writer =>
        relayStream(
          {
            adapter,
            job,
            lastEventId: request.headers.get('last-event-id') ?? undefined,
            repeatStateMs: settings.repeatStateMs,
            read: signal => withinTime(policy.readTimeoutMs, signal, inTime => readUpdate(backend, job, inTime)),
            tell: update => told(asked, id, update),
          },
          writer,
        ),
      );
    },
  };
}
