import { isObject } from '../../machines/json.js';
import { toRequestError } from '../http/request-error.js';
import type { ComfyWorkflow } from './comfyui.types.js';

/** What a wish becomes. `undefined`: the wish is the workflow. */
export type ToWorkflow<TInput> = ((input: TInput) => ComfyWorkflow) | undefined;

const advice = 'Pass a workflow in the API format: in ComfyUI, choose File, Export (API)';

/**
 * The graph that is sent. The format in which ComfyUI's editor saves is another one, and the server would answer that a node has no class.
 *
 * @throws GenerationError with the code `bad-input` for what is no graph; nothing was sent
 */
export function toGraph<TInput>(input: TInput, toWorkflow: ToWorkflow<TInput>, idempotencyKey: string): ComfyWorkflow {
  const given: unknown = toWorkflow ? toWorkflow(input) : input;
  const graph = isObject(given) ? given : {};
  const isOfEditor = Array.isArray(graph['nodes']);
  const isGraph = Object.values(graph).some(node => isObject(node) && typeof node['class_type'] === 'string');
  if (isGraph && !isOfEditor) return graph as ComfyWorkflow;
  const reason = isOfEditor
    ? "its workflow is in the format of ComfyUI's editor. Nothing was sent"
    : 'its workflow has no node with a class_type. Nothing was sent';
  throw toRequestError({ action: 'submit', idempotencyKey }, 'bad-input', reason, {
    isCertainlyNotStarted: true,
    advice,
  });
}

/** What a node did wrong, as a clause: `KSampler (node 3): CUDA out of memory`. */
export function toNodeWords(id: unknown, type: unknown, words: string): string {
  const place = typeof id === 'string' || typeof id === 'number' ? `node ${id}` : '';
  const name = typeof type === 'string' && type ? type : '';
  const subject = name && place ? `${name} (${place})` : name || place;
  return subject ? `${subject}: ${words}` : words;
}
