import type { GenerationLog } from '../../devtools/recorder/generation-log.js';
import { policyFor, resolvePolicy } from '../../machines/generation/generation.policy.js';
import { isObject } from '../../machines/json.js';

/** Why a log cannot be replayed: it is none, or one of another version of this library. */
export type GenerationLogErrorCode = 'malformed' | 'version';

/**
 * Thrown by `replayGeneration` for what is no log that this version can replay.
 *
 * @example
 * try {
 *   replayGeneration(JSON.parse(readFileSync('report-812.json', 'utf8')));
 * } catch (error) {
 *   if (error instanceof GenerationLogError && error.code === 'version') console.log('Replay it with its own version.');
 *   else throw error;
 * }
 */
export class GenerationLogError extends Error {
  override readonly name = 'GenerationLogError';
  readonly code: GenerationLogErrorCode;

  constructor(code: GenerationLogErrorCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

type Check = (value: unknown) => boolean;

const isCount: Check = value => Number.isInteger(value) && Number(value) >= 0;
const isTime: Check = Number.isFinite;
const isText: Check = value => typeof value === 'string';
const isFlag: Check = value => typeof value === 'boolean';
const isState: Check = value => typeof value === 'string' || (isObject(value) && Object.values(value).every(isState));
const isTimes: Check = value => isObject(value) && Object.values(value).every(isTime);

const all =
  (checks: { readonly [name: string]: Check }): Check =>
  value =>
    isObject(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
const maybe =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);

const time = { at: isTime, until: maybe(isTime), times: maybe(isTimes), isOffline: maybe(isFlag) };
const context = all({
  id: isText,
  cancelRequested: isFlag,
  shown: isObject,
  stream: all({ lossCount: isCount }),
  reads: all({ count: isCount, isReadRequested: isFlag, isMissing: isFlag }),
  health: all({ isJobSeen: isFlag, unansweredMs: isTime, markedAt: isTime }),
});
const status: Check = value => ['active', 'done', 'error', 'stopped'].includes(String(value));
const recordedState = all({ at: isTime, status, state: isState, context });
const beginning = all({ ...time, input: all({ id: isText }), state: isState });
const step = all({ ...time, event: all({ type: isText }), state: maybe(isState) });
/** Whether a machine can be made with it. */
function isPolicy(value: unknown): boolean {
  if (!isObject(value)) return false;
  try {
    resolvePolicy(value);
    return Object.keys(policyFor('image')).every(field => field in value);
  } catch {
    return false;
  }
}

const members: { readonly [name: string]: Check } = {
  id: isText,
  policy: isPolicy,
  port: all({ events: isFlag, cancel: isFlag }),
  from: value => beginning(value) || recordedState(value),
  droppedCount: isCount,
  steps: listOf(step),
  to: recordedState,
};

/**
 * Checks what came out of a report, a file or a storage.
 *
 * @throws GenerationLogError naming what is wrong with it
 */
export function assertGenerationLog(value: unknown): asserts value is GenerationLog {
  if (!isObject(value) || value['format'] !== 'generation-log') {
    throw new GenerationLogError('malformed', 'This is no log of a generation: its format is not "generation-log".');
  }
  if (value['version'] !== 1) {
    const found = JSON.stringify(value['version']);
    throw new GenerationLogError('version', `The log is of version ${found}, and only 1 can be replayed.`);
  }
  const wrong = Object.entries(members).find(([name, check]) => !check(value[name]));
  if (wrong)
    throw new GenerationLogError('malformed', `The log is damaged: its member "${wrong[0]}" is not as recorded.`);
}
