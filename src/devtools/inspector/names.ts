import { isObject } from '../../machines/json.js';
import { toDrawing } from './definition.js';

/** What is found on a way through objects that XState does not declare. */
function at(value: unknown, ...way: readonly string[]): unknown {
  return way.reduce<unknown>((found, name) => (isObject(found) ? Reflect.get(found, name) : undefined), value);
}

function textAt(value: unknown, ...way: readonly string[]): string | undefined {
  const text = at(value, ...way);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Enough of an id to tell a few from each other. */
const short = (id: string) => (/^[\da-f]{8}-[\da-f]{4}-/i.test(id) ? id.slice(0, 4) : id.slice(0, 24));

/**
 * An actor's name for a person: `image generation 3f2a` for a machine, with what it makes and whose it is where that
 * is known; else what its parent calls it, such as `sse` or `poll`.
 */
export function toName(actor: object, kind: string | undefined): string {
  const id = textAt(actor, 'id') ?? '';
  const isNamed = id !== textAt(actor, 'sessionId');
  const machine = textAt(actor, 'logic', 'config', 'id');
  if (machine === undefined) return isNamed ? id : (textAt(actor, 'src') ?? 'actor');
  const input = at(actor, 'options', 'input');
  const makes = kind ?? textAt(input, 'record', 'token', 'job', 'kind') ?? textAt(input, 'resume', 'job', 'kind');
  const whose = textAt(input, 'id') ?? (isNamed && id !== machine ? id : undefined);
  return [makes, machine, whose && short(whose)].filter(Boolean).join(' ');
}

/** The chart of an actor that has one, as a text. */
export const toDefinition = (actor: object, name: string): string =>
  JSON.stringify(toDrawing(at(actor, 'logic', 'config')) ?? { id: name });
