import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange } from '../http/json-exchange.js';
import { noResult } from '../http/no-result.js';
import { statusTable } from '../http/status-table.js';
import type { GoogleOutput } from './google.types.js';
import { toMedium } from './medium.js';

type Members = { readonly [name: string]: unknown };

/** `ended`: it goes no further by itself, and may have a result. */
const toState = statusTable({
  queued: 'queued',
  in_progress: 'running',
  completed: 'completed',
  incomplete: 'ended',
  budget_exceeded: 'ended',
  requires_action: 'ended',
  requires_continuation: 'ended',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
});

/** Where Google gives no reason itself. */
const reasons: Readonly<Record<string, string>> = {
  incomplete: 'it ended before it was complete',
  budget_exceeded: 'it has used up its budget',
  requires_action: 'the model waits for the result of a tool, which nobody gives it here',
  requires_continuation: 'it would have to be continued by another paid request',
};

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isObject) : []);

/**
 * What an interaction says of its job.
 *
 * @throws GenerationError for what is no interaction, another one, or one that has completed without a result: it is read again
 */
export function toUpdate(
  job: JobRef,
  answer: JsonAnswer,
  { jobFailed }: Pick<Exchange, 'jobFailed'>,
  base: string,
): JobUpdate<GoogleOutput> {
  const { members } = answer;
  const { id, status } = members;
  const isInteraction = typeof status === 'string' && (id === undefined || String(id) === job.id);
  if (!isInteraction) throw answer.toError({ code: 'invalid-response' });
  const state = toState(status);
  if (state === 'cancelled') return { kind: 'cancelled' };
  if (goesOn(state)) return { kind: 'pending', ...toPhase(state) };

  const output = toOutput(members, base);
  if (output.media.length > 0 && state !== 'failed') return { kind: 'succeeded', output, ...toCost(members['usage']) };
  if (state !== 'completed') return jobFailed(job, toReason(members) ?? reasons[status]);
  // It says in words why it gives no picture.
  if (output.text) return jobFailed(job, output.text, { code: 'moderated' });
  throw answer.toError(noResult);
}

type State = ReturnType<typeof toState>;

const goesOn = (state: State) => state === 'pending' || state === 'queued' || state === 'running';

const toPhase = (state: State) => (state === 'queued' || state === 'running' ? { phase: state } : {});

/** A step that says nothing of itself is the model's: what you have sent names itself. */
const isMade = (type: unknown) => type === 'model_output' || type == null;

/** What the model has made. Earlier versions of the API have no steps. */
function toOutput({ steps, outputs }: Members, base: string): GoogleOutput {
  const content = [
    ...listOf(steps).flatMap(({ type, content: made }) => (isMade(type) ? listOf(made) : [])),
    ...listOf(outputs),
  ];
  const media = content.flatMap(({ type, data, uri, mime_type: mimeType }) =>
    type === 'image' || type === 'video' || type === 'audio' ? toMedium(type, { data, uri, mimeType }, base) : [],
  );
  const text = content.flatMap(({ type, text: words }) => (type === 'text' && typeof words === 'string' ? words : []));
  return { media, ...(text.length > 0 && { text: text.join('') }) };
}

function toReason({ errors, error, steps }: Members): unknown {
  const said = [...listOf(errors), error, ...listOf(steps).map(step => step['error'])].filter(isObject);
  return said.length > 0 ? { errors: said } : undefined;
}

function toCost(usage: unknown) {
  const amount = isObject(usage) ? usage['total_tokens'] : undefined;
  return typeof amount === 'number' && amount >= 0 ? { cost: { amount, unit: 'tokens' } } : {};
}

/** What an event says of the job. The end is told without the result: a read has it. */
export function toNews(job: JobRef, said: Members): JobUpdate<never> {
  const { event_type: type, interaction } = said;
  const about = isObject(interaction) ? interaction : {};
  const id = said['interaction_id'] ?? about['id'] ?? job.id;
  if (typeof type !== 'string' || String(id) !== job.id) return { kind: 'ignored' };
  if (type.startsWith('step.')) return { kind: 'pending', phase: 'running' };
  const state = toState(said['status'] ?? about['status']);
  if (!goesOn(state) || type === 'error' || type.startsWith('interaction.complete')) return { kind: 'changed' };
  return { kind: 'pending', ...toPhase(state) };
}
