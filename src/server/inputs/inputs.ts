import type { Backend } from '../backends.js';
import type { Asked } from '../level.js';
import { toAnswer } from '../request/answers.js';
import { notFound } from '../request/refusal.js';
import type { ServerUser } from '../server.types.js';
import type { Settings } from '../settings.js';
import type { JobStore } from '../store/job-store.js';
import { createHolds } from './holds.js';
import { createInputUrls } from './input-urls.js';
import { createReceiver, type ReceiveOptions, toOwner } from './receive.js';
import { toInputAnswer } from './serve-input.js';
import { createWishInputs, toReference, unusedMs } from './wish-inputs.js';

/** The routes of input files, and what a wish does with them. */
export function createInputs(settings: Settings, jobs: JobStore, options: ReceiveOptions) {
  const { publicUrl } = settings;
  const { store } = options;
  const urls = publicUrl === undefined ? undefined : createInputUrls(settings);
  const holds = createHolds(store, jobs, settings);
  const receive = createReceiver(options);

  return {
    ...holds,

    async upload({ request, user }: Asked): Promise<Response> {
      await holds.sweep();
      const input = await receive(request, user.id, await jobs.now());
      const { type, size, createdAt } = input;
      return toAnswer({ input: { reference: toReference(input), type, size, expiresAt: createdAt + unusedMs } }, 201);
    },

    /** For vendors, who have no session: the URL is signed. */
    async serve({ name }: Backend, token: string, request: Request): Promise<Response> {
      const id = await urls?.idIn(name, token, await jobs.now());
      if (id === undefined) throw notFound();
      return toInputAnswer(store, id, request);
    },

    async ofWish({ name, policy }: Backend, { id }: ServerUser) {
      const { queueDeadlineMs, deadlineMs, submitTimeoutMs } = policy;
      const urlMs = submitTimeoutMs + queueDeadlineMs + deadlineMs;
      const [owner, now] = await Promise.all([toOwner(id), jobs.now()]);
      return createWishInputs({ store, urls, publicUrl, backend: name, owner, now, urlMs });
    },
  };
}

export type Inputs = ReturnType<typeof createInputs>;
