import { isObject } from '../../machines/json.js';

export type Members = { readonly [name: string]: unknown };

/** A prompt as ComfyUI lists it, in its queue and in its history: `[number, id, graph, extra data, outputs]`. */
export type ListedPrompt = {
  readonly number: number;
  readonly id: string;
  readonly graph: unknown;
  /** What its submit said beside the graph. */
  readonly extra: Members;
};

/** What ComfyUI works on, and what waits, in its order. */
export type PromptQueue = { readonly running: readonly ListedPrompt[]; readonly pending: readonly ListedPrompt[] };

export const membersIn = (value: unknown): Members => (isObject(value) ? value : {});
export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `undefined` for an answer that is no queue. */
export function toQueue({ queue_running: running, queue_pending: pending }: Members): PromptQueue | undefined {
  if (!Array.isArray(running) || !Array.isArray(pending)) return undefined;
  // The list is a heap: only its first item is where it belongs.
  const inOrder = pending.flatMap(toPrompts).sort((one, other) => one.number - other.number);
  return { running: running.flatMap(toPrompts), pending: inOrder };
}

function toPrompts(item: unknown): readonly ListedPrompt[] {
  const [number, id, graph, extra] = listIn(item);
  return typeof id === 'string' ? [{ number: Number(number), id, graph, extra: membersIn(extra) }] : [];
}

/** Where a prompt is in the queue, from 0; `undefined`: it is not in it. */
export function placeOf({ running, pending }: PromptQueue, id: string): number | 'running' | undefined {
  const isMeant = (prompt: ListedPrompt) => prompt.id === id;
  const at = pending.findIndex(isMeant);
  return running.some(isMeant) ? 'running' : at < 0 ? undefined : at;
}

/** The prompts in a history, which is `{ [id]: { prompt, outputs, status } }`. */
export const promptsIn = (history: Members): readonly ListedPrompt[] =>
  Object.values(history).flatMap(entry => toPrompts(membersIn(entry)['prompt']));

/** The one form in which ComfyUI takes an id. */
const idForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * The id that a submit with this key asks ComfyUI for, so that its job can be found if the answer is lost: the key itself, if it is a UUID as the
 * ids of generations are. Otherwise ComfyUI chooses one: it refuses what is no UUID.
 */
export const toPromptId = (idempotencyKey: string): string | undefined =>
  idForm.test(idempotencyKey) ? idempotencyKey : undefined;
