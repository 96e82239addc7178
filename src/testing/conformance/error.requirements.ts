import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { Failure, JobUpdate } from '../../machines/generation/generation.port.js';
import { quoting, rateLimited, refusalsOf, serverError, signature, signedUrl } from './answers.js';
import { type Attempt, assertPort, type Bench } from './bench.js';
import { answerOf, isReadable, type Requirement, situation } from './requirement.js';
import { faultOfFailure, faultOfUpdate, isSentence } from './valid-update.js';

/** The failures that a user may get to see: of refused submits and reads, and of jobs that failed. */
async function failuresOf(bench: Bench): Promise<readonly Failure[]> {
  const { server } = bench.options;
  const failures: Failure[] = [];
  const add = ({ error, answer }: Attempt<unknown>) => {
    if (isGenerationError(error)) failures.push(error.failure);
    else if (isFailed(answer)) failures.push(answer.failure);
  };
  for (const reply of Object.values(refusalsOf(server))) add(await bench.submit(reply));
  const job = await bench.submitted();
  for (const reply of [
    { status: 404 },
    { status: 500 },
    server.read.failed,
    server.read.moderated,
    server.read.expired,
  ])
    if (reply) add(await bench.read(job, reply));
  return failures;
}

const isFailed = (answer: unknown): answer is { readonly failure: Failure } =>
  typeof answer === 'object' && answer !== null && 'failure' in answer && typeof answer.failure === 'object';

/** All that a page may show, store or log after the backend has quoted these words. */
async function toldAfter(bench: Bench, words: string): Promise<string> {
  const told: string[] = [];
  const add = ({ error, answer, failed }: Attempt<unknown>) => {
    const cause = error instanceof Error ? String(error.cause ?? '') : '';
    told.push(String(error ?? ''), cause, JSON.stringify([failed, answer]) ?? '');
  };
  for (const status of [400, 422, 500]) add(await bench.submit(quoting(status, words)));
  const job = await bench.submitted();
  told.push(JSON.stringify(job));
  for (const status of [400, 404, 500]) add(await bench.read(job, quoting(status, words)));
  return told.join('\n');
}

export const errorRequirements: readonly Requirement[] = [
  {
    name: 'errors have the members of the port',
    async test(bench) {
      for (const failure of await failuresOf(bench)) {
        const fault = faultOfFailure(failure);
        assertPort(!fault, `The failure ${JSON.stringify(failure)} does not fit the port: ${fault}.`);
      }
    },
  },
  {
    name: 'errors say in a sentence what happened',
    async test(bench) {
      for (const { code, message } of await failuresOf(bench))
        assertPort(
          isSentence(message),
          `The message of ${code} is no sentence: "${message}". Say what happened, to which job, and what to do.`,
        );
    },
  },
  {
    name: 'errors about a job name it',
    isMeant: isReadable,
    async test(bench) {
      const job = await bench.submitted();
      for (const reply of [{ status: 404 }, serverError]) {
        const { failed } = await bench.read(job, reply);
        const { message = '', job: named } = failed?.failure ?? {};
        const isNamed = named?.id === job.id || [job.id, encodeURIComponent(job.id)].some(id => message.includes(id));
        assertPort(
          isNamed,
          `The error of a read names its job neither as failure.job nor in its message: "${message}".`,
        );
      }
    },
  },
  {
    name: 'errors of a read are no reason to pay again',
    isMeant: isReadable,
    async test(bench) {
      const job = await bench.submitted();
      for (const reply of [bench.options.server.read.unauthorized ?? { status: 401 }, rateLimited, serverError]) {
        const { failed } = await bench.read(job, reply);
        const isPaid = failed?.failure.retryable === true;
        assertPort(
          !isPaid,
          `The error ${failed?.failure.code} of a read is retryable, which pays again, although the job may be running.`,
        );
      }
    },
  },
  {
    name: 'no secret is sent in a URL',
    needsSecrets: true,
    async test(bench) {
      const { secrets = [], server } = bench.options;
      const { requests: submits } = await bench.submit(server.submit.accepted);
      const { requests: reads } = await bench.readOne(server.read.running);
      const { requests: streams } = await bench.stream(server.events?.noStream ?? { status: 404 });
      const { requests: cancels } = await bench.cancelOne(server.cancel?.stopped ?? server.read.running);
      const exposed = [...submits, ...reads, ...streams, ...cancels].find(({ path }) =>
        secrets.some(secret => path.includes(secret)),
      );
      assertPort(
        !exposed,
        `A ${exposed?.method} request has one of the secrets in its URL, which servers and proxies log. Send it as a header.`,
      );
    },
  },
  {
    name: 'errors and jobs hold no credentials',
    needsSecrets: true,
    async test(bench) {
      const { secrets = [] } = bench.options;
      const { requests } = await bench.submit(bench.options.server.submit.accepted);
      const isSent = secrets.every(secret => requests.some(({ text }) => text.includes(secret)));
      assertPort(
        isSent,
        'submit() sends none of the secrets. Pass the credentials that your factory gives to the adapter.',
      );
      const told = await toldAfter(bench, `The token ${secrets.join(' ')} is wrong.`);
      const shown = secrets.find(secret => told.includes(secret));
      assertPort(
        shown === undefined,
        'An error or the job holds one of the secrets, which the backend quoted. Cut them out of what is shown.',
      );
    },
  },
  {
    name: 'errors hold no signed URL',
    async test(bench) {
      const told = await toldAfter(bench, `The image ${signedUrl} cannot be read.`);
      assertPort(
        !told.includes(signature),
        'An error holds the signature of a URL, which the backend quoted. Cut queries out of what is shown.',
      );
    },
  },
];

export const updateRequirements: readonly Requirement[] = [
  {
    name: 'updates have the members of the port',
    async test(bench) {
      const { server } = bench.options;
      const { answer: submission } = await bench.submit(server.submit.accepted);
      assertValid('submit()', submission?.update);
      const job = await bench.submitted();
      for (const name of readNames) {
        const reply = answerOf(server, situation('read', name));
        const { answer } = reply ? await bench.read(job, reply) : {};
        assertValid(`read() with read.${name}`, answer);
      }
      for (const reply of [server.events?.running, server.events?.succeeded]) {
        const { updates } = reply && bench.adapter.events ? await bench.stream(reply) : { updates: [] };
        for (const update of updates) assertValid('events()', update);
      }
      for (const reply of [server.cancel?.stopped, server.cancel?.accepted, server.cancel?.tooLate]) {
        const { answer } = reply ? await bench.cancelOne(reply) : {};
        assertValid('cancel()', answer ?? undefined);
      }
    },
  },
];

const readNames = [
  'running',
  'queued',
  'paced',
  'unknownStatus',
  'succeeded',
  'cancelled',
  'failed',
  'expired',
] as const;

function assertValid(call: string, update: JobUpdate<unknown> | undefined): void {
  const fault = update && faultOfUpdate(update);
  assertPort(!fault, `The update ${JSON.stringify(update)} of ${call} does not fit the port: ${fault}.`);
}
