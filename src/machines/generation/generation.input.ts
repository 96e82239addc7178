import { describeValue } from '../described.js';
import { isObject } from '../json.js';
import { toJob } from './generation.answers.js';
import { createFailure } from './generation.errors.js';
import {
  describeJob,
  invalidInputMessage,
  invalidTokenMessage,
  newerTokenMessage,
  tokenMismatchMessage,
} from './generation.messages.js';
import type { Failure, JobRef } from './generation.port.js';
import { isKnownVersion, isNewerVersion, isResumeToken } from './generation.token.js';
import type { ResumeToken } from './generation.types.js';

/** What an actor begins with. It fails at once where there is a `failure`. */
export type ReadInput = {
  readonly id: string;
  readonly idempotencyKey: string;
  /** The token that it goes on from. */
  readonly token?: ResumeToken | undefined;
  readonly failure?: Failure | undefined;
  /** A token that is not followed here. It stays as it is, because something else may be able to follow it. */
  readonly refusedToken?: ResumeToken | undefined;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const toFinite = (value: unknown): number | undefined => (Number.isFinite(value) ? Number(value) : undefined);

/** Reads the input of an actor, which may come from JavaScript or a storage. Never throws. */
export function readActorInput(input: unknown): ReadInput {
  const { id: given, idempotencyKey: key, resume }: Readonly<Record<string, unknown>> = isObject(input) ? input : {};
  const id = typeof given === 'number' || typeof given === 'string' ? String(given) : '';
  const failed = (message: string, job?: JobRef): ReadInput => ({
    id,
    idempotencyKey: isText(key) ? key : id,
    // A token says that something may have been submitted.
    failure: { ...createFailure('bad-input', message, job), ...(resume == null && { charged: 'no' }) },
    ...(isObject(resume) && { refusedToken: resume as unknown as ResumeToken }),
  });
  const jobOf = (token: unknown) => (isObject(token) ? toJob(token['job']) : undefined);

  if (!isText(given)) return failed(invalidInputMessage('id', given), jobOf(resume));
  if (key !== undefined && !isText(key)) return failed(invalidInputMessage('idempotencyKey', key, id), jobOf(resume));
  if (resume === undefined || resume === null) return { id, idempotencyKey: key ?? id };
  if (!isObject(resume)) return failed(invalidTokenMessage(id, `it is ${describeValue(resume)}`));
  if (isText(resume['id']) && resume['id'] !== id) return failed(tokenMismatchMessage(id, resume['id']));

  const { version, job: givenJob } = resume;
  const job = toJob(givenJob);
  if (isNewerVersion(version)) return failed(newerTokenMessage(id, Number(version), job), job);
  if (resume['id'] !== id) return failed(invalidTokenMessage(id, `its \`id\` is ${describeValue(resume['id'])}`), job);
  if (!isKnownVersion(version))
    return failed(invalidTokenMessage(id, `its \`version\` is ${describeValue(version)}`), job);
  if (givenJob !== undefined && !job) return failed(invalidTokenMessage(id, `it has ${describeJob(givenJob)}`));
  if (job) {
    const { startedAt, deadlineAt, lastEventId } = resume;
    const known = {
      job,
      idempotencyKey: isText(resume['idempotencyKey']) ? resume['idempotencyKey'] : (key ?? id),
      startedAt: toFinite(startedAt),
      deadlineAt: toFinite(deadlineAt),
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      cancelRequested: resume['cancelRequested'] === true,
    };
    return { id, idempotencyKey: known.idempotencyKey, token: { ...resume, ...known } as unknown as ResumeToken };
  }
  // Without a job each member decides whether something may be bought.
  if (!isResumeToken(resume)) return failed(invalidTokenMessage(id, 'a member is missing or has the wrong type'));
  return { id, idempotencyKey: resume.idempotencyKey, token: resume };
}
