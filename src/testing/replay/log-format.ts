import type { GenerationLog } from '../../devtools/recorder/generation-log.js';
import { policyFor, resolvePolicy } from '../../machines/generation/generation.policy.js';
import { isObject } from '../../machines/json.js';

/**
 * Why a log cannot be replayed:
 *
 * - `malformed`: it is not a log of `createRecorder`, or it is damaged;
 * - `version`: another version of this library wrote its format.
 */
export type GenerationLogErrorCode = 'malformed' | 'version';

/**
 * Thrown by `replayGeneration` for a log that it cannot replay. The message names the invalid field.
 *
 * @example
 * const [log] = JSON.parse(readFileSync('report-812.json', 'utf8'));
 * try {
 *   replayGeneration(log);
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

/** Finds the path of the innermost field that is wrong, if there is one. */
type Check = (value: unknown, path: string) => string | undefined;

const is =
  (isValid: (value: unknown) => boolean): Check =>
  (value, path) =>
    isValid(value) ? undefined : path;
const membersOf =
  (checks: { readonly [name: string]: Check }): Check =>
  (value, path) =>
    isObject(value)
      ? firstWrong(
          Object.entries(checks).map(
            ([name, check]) =>
              () =>
                check(value[name], `${path}.${name}`),
          ),
        )
      : path;
const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);
const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value) ? firstWrong(value.map((item, index) => () => check(item, `${path}.${index}`))) : path;

function firstWrong(finders: readonly (() => string | undefined)[]): string | undefined {
  for (const find of finders) {
    const path = find();
    if (path !== undefined) return path;
  }
  return undefined;
}

const isState = (value: unknown): boolean =>
  typeof value === 'string' || (isObject(value) && Object.values(value).every(isState));

const count = is(value => Number.isInteger(value) && Number(value) >= 0);
const time = is(Number.isFinite);
const text = is(value => typeof value === 'string');
const flag = is(value => typeof value === 'boolean');
const state = is(isState);
const object = is(isObject);
const status = is(value => ['active', 'done', 'error', 'stopped'].includes(String(value)));
const times: Check = (value, path) =>
  isObject(value)
    ? firstWrong(
        Object.entries(value).map(
          ([name, at]) =>
            () =>
              time(at, `${path}.${name}`),
        ),
      )
    : path;

const recordedTime = { at: time, until: optional(time), times: optional(times), isOffline: optional(flag) };
const context = membersOf({
  id: text,
  cancelRequested: flag,
  shown: object,
  submit: membersOf({ count, mayHaveArrived: flag }),
  clock: object,
  stream: membersOf({ lossCount: count }),
  reads: membersOf({ count, isReadRequested: flag, isMissing: flag }),
  health: membersOf({ isJobSeen: flag, unansweredMs: time, markedAt: time }),
});
const omitted = optional(listOf(text));
const recordedState = membersOf({ at: time, status, state, context, omitted });
const beginning = membersOf({ ...recordedTime, input: membersOf({ id: text }), state, omitted });
const step = membersOf({ ...recordedTime, event: membersOf({ type: text }), state: optional(state), omitted });

/** The machine is made with it. */
const policy: Check = (value, path) => {
  if (!isObject(value)) return path;
  const known = policyFor('image');
  const isValid = (field: string) => {
    try {
      return Boolean(resolvePolicy({ [field]: value[field] }));
    } catch {
      return false;
    }
  };
  // A schedule is not recorded.
  const required = Object.keys(known).filter(field => field !== 'pollDelayMs');
  const wrong = [...required, ...Object.keys(value)].find(field => !(field in value) || !isValid(field));
  return wrong === undefined ? undefined : `${path}.${wrong}`;
};

const checks: { readonly [name: string]: Check } = {
  id: text,
  policy,
  port: membersOf({
    events: flag,
    cancel: flag,
    find: flag,
    cancelByKey: flag,
    replays: flag,
    idempotencyWindowMs: optional(time),
    stream: optional(membersOf({ tells: text, isJob: optional(flag) })),
  }),
  from: (value, path) => (isObject(value) && 'input' in value ? beginning(value, path) : recordedState(value, path)),
  droppedCount: count,
  steps: listOf(step),
  to: recordedState,
};

/**
 * Checks a value from a report, a file or a storage.
 *
 * @throws GenerationLogError naming the field that is wrong
 */
export function assertGenerationLog(value: unknown): asserts value is GenerationLog {
  if (Array.isArray(value)) {
    const message =
      'replayGeneration() needs one log, and got a list. Pass one of the logs of createRecorder().logs().';
    throw new GenerationLogError('malformed', message);
  }
  if (!isObject(value) || value['format'] !== 'generation-log') {
    const message =
      'This is not the log of a generation: its "format" is not "generation-log". Pass one of the logs of createRecorder().logs().';
    throw new GenerationLogError('malformed', message);
  }
  const subject = `The log of generation "${value['id']}"`;
  if (value['version'] !== 2) {
    const version = JSON.stringify(value['version']);
    const message = `${subject} has version ${version}, and this version of generation-lifecycle replays version 2. Replay it with the version that recorded it.`;
    throw new GenerationLogError('version', message);
  }
  const wrong = firstWrong(
    Object.entries(checks).map(
      ([name, check]) =>
        () =>
          check(value[name], name),
    ),
  );
  if (wrong !== undefined) {
    const message = `${subject} is damaged: "${wrong}" is missing or has a wrong value. Pass it as it was recorded.`;
    throw new GenerationLogError('malformed', message);
  }
}
