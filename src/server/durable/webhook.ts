import type { JobRef } from '../../machines/generation/generation.port.js';
import type { Delivery } from '../level.js';
import { toAnswerEnd } from '../observe/observe.js';
import { toAnswer } from '../request/answers.js';
import { readBytes } from '../request/body.js';
import { notFound, RequestRefusal } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { advanceJob } from '../steps/advance.js';
import { toJobState } from '../steps/job-state.js';
import type { StoredJob } from '../store/job-store.js';
import type { Durable } from './durable.types.js';
import { leaveMail } from './mail.js';
import type { WebhookAddresses } from './webhook-address.js';

type Webhook = NonNullable<Delivery['backend']['adapter']['webhook']>;

/**
 * Takes deliveries of vendors. The address names the job and cannot be guessed, and the adapter says whether the delivery is genuine. It is a hint: the
 * job is read, and what the delivery says of its end is not looked at. One that comes before the answer to the submit, or in place of it, names the
 * vendor's job.
 */
export function createWebhook(settings: Settings, durable: Durable, addresses: WebhookAddresses) {
  const { store, log, observe } = durable;

  /** @throws RequestRefusal for a delivery that is not genuine */
  async function verified(webhook: Webhook, { request, backend, id }: Delivery): Promise<JobRef> {
    const body = await readBytes(request, settings.maxBodyBytes);
    const { method, headers, url } = request;
    const job = await webhook.verify(new Request(url, { method, headers, body }));
    if (job) return job;
    log.report('webhook.refused', new Error('A delivery is not genuine, or too old.'), { backend: backend.name, id });
    throw new RequestRefusal(
      400,
      'bad-input',
      'The delivery is not genuine, or too old. Nothing was done. Sign it anew.',
    );
  }

  async function take(webhook: Webhook, delivery: Delivery): Promise<Response> {
    const { backend, id } = delivery;
    const job = await verified(webhook, delivery);
    const row = await store.get(id);
    if (row?.backend !== backend.name) throw notFound();
    const known = toJobState(row).token.job;
    // One of another job, sent to this address.
    if (known && known.id !== job.id) throw notFound();
    await advanceJob(durable, id, known ? 'check' : await found(row, job));
    return toAnswer({ received: true });
  }

  /** The vendor has the job, although its answer is missing. That it may be missing for ever is not true any more. */
  async function found(first: StoredJob, job: JobRef): Promise<'due'> {
    await leaveMail(store, first, ({ token, foundJob }) =>
      token.job || foundJob
        ? undefined
        : { foundJob: job, status: 'running', outcome: undefined, isAssumed: undefined },
    );
    return 'due';
  }

  return async function deliver(delivery: Delivery): Promise<Response> {
    const { backend, id, mac } = delivery;
    const { webhook } = backend.adapter;
    // Before the body is read: whoever does not know the address costs nothing.
    if (!webhook || !(await addresses.isOurs(backend.name, id, mac))) throw notFound();
    return observe.work({ name: 'webhook', backend: backend.name, id }, () => take(webhook, delivery), toAnswerEnd);
  };
}
