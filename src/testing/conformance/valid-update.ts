import { updateMembers } from '../../machines/generation/generation.answers.js';
import type { Failure, FailureCode, JobUpdate } from '../../machines/generation/generation.port.js';
import { isJson, isObject } from '../../machines/json.js';

const codes: Readonly<Record<FailureCode, true>> = {
  'bad-input': true,
  unauthorized: true,
  'payment-required': true,
  'rate-limited': true,
  'not-found': true,
  'invalid-response': true,
  network: true,
  timeout: true,
  unreachable: true,
  deadline: true,
  interrupted: true,
  'job-failed': true,
  moderated: true,
  busy: true,
  expired: true,
  'event-too-large': true,
  'storage-full': true,
};

type Check = readonly [isRight: (value: unknown) => boolean, what: string];

const charges: readonly unknown[] = ['no', 'maybe', 'yes'];
const isAtLeast0 = (value: unknown) => Number.isFinite(value) && Number(value) >= 0;
const ms: Check = [isAtLeast0, 'a number of ms'];
const flag: Check = [value => typeof value === 'boolean', 'true or false'];
const charged: Check = [value => charges.includes(value), 'no, maybe or yes'];
const text: Check = [value => typeof value === 'string', 'a text'];
const cost: Check = [
  value => isObject(value) && isAtLeast0(value['amount']) && typeof value['unit'] === 'string',
  '{ amount, unit }',
];

/** A time in seconds is before this one, which is in 1973. */
const earliestMs = 100_000_000_000;

const checks: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  pending: {
    phase: [value => value === 'queued' || value === 'running', 'queued or running'],
    progress: [value => isAtLeast0(value) && Number(value) <= 1, 'a number from 0 to 1'],
    message: [value => value === null || typeof value === 'string', 'a text or null'],
    backendPosition: [value => value === null || isAtLeast0(value), 'a number from 0, or null'],
    previews: [
      value => Array.isArray(value) && value.every(one => isObject(one) && typeof one['url'] === 'string'),
      'a list of { url }',
    ],
    etaMs: ms,
    readAfterMs: ms,
  },
  succeeded: { expiresAt: [value => Number(value) > earliestMs, 'a time in ms since the epoch'], cost },
  cancelled: { charged, cost, stopped: flag },
  failed: {},
  changed: {},
  ignored: {},
};

const failureChecks: Readonly<Record<string, Check>> = {
  code: [value => typeof value === 'string' && value in codes, 'a code of the port'],
  message: text,
  retryable: flag,
  resumable: flag,
  charged,
};
const optionalFailureChecks: Readonly<Record<string, Check>> = {
  job: [value => isObject(value) && typeof value['id'] === 'string', 'a job'],
  status: [value => Number.isInteger(value), 'an HTTP status'],
  details: [isJson, 'JSON'],
  retryAfterMs: ms,
};

const faultIn = (value: unknown, member: string, [isRight, what]: Check): string | undefined =>
  isRight(value) ? undefined : `its ${member} is not ${what}`;

/** What is wrong with an update by the types of the port, as a clause. */
export function faultOfUpdate(update: JobUpdate<unknown>): string | undefined {
  const members: { readonly [name: string]: unknown } = isObject(update) ? update : {};
  const kind = String(members['kind']);
  const known = checks[kind];
  if (!known) return `its kind is ${kind}`;
  const names = updateMembers[kind];
  for (const [name, value] of Object.entries(members)) {
    if (names && !names.includes(name)) return `it has the unknown member ${name}`;
    const check = known[name];
    const fault = check && value !== undefined ? faultIn(value, name, check) : undefined;
    if (fault) return fault;
  }
  if (kind === 'failed') return faultOfFailure(update.kind === 'failed' ? update.failure : undefined);
  return undefined;
}

/** What is wrong with a failure by the types of the port, as a clause. */
export function faultOfFailure(failure: Failure | undefined): string | undefined {
  const members: { readonly [name: string]: unknown } = isObject(failure) ? failure : {};
  for (const [name, check] of Object.entries(failureChecks)) {
    const fault = faultIn(members[name], `failure.${name}`, check);
    if (fault) return fault;
  }
  for (const [name, check] of Object.entries(optionalFailureChecks)) {
    const fault = members[name] === undefined ? undefined : faultIn(members[name], `failure.${name}`, check);
    if (fault) return fault;
  }
  return undefined;
}

/** Whether a message has words, and ends as a sentence does. */
export const isSentence = (message: string): boolean =>
  message.trim().split(/\s+/).length >= 3 && /[.!?…)”"']$/.test(message.trim());
