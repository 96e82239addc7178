import { isObject } from '../../machines/json.js';
import { toDefinitionData } from './definition.js';

/** A member, unless its getter or a proxy throws: an inspector is no reason for an error. */
export function getSafely(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/** The value at a path of members that XState's types do not declare. */
function getAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((parent, name) => (isObject(parent) ? getSafely(parent, name) : undefined), value);
}

function getTextAt(value: unknown, ...path: readonly string[]): string | undefined {
  const text = getAt(value, ...path);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Enough of an id to tell a few actors apart. */
const shorten = (id: string) => (/^[\da-f]{8}-[\da-f]{4}-/i.test(id) ? id.slice(0, 4) : id.slice(0, 24));

/**
 * An actor's display name. For a machine, its kind, its id and the generation's id, as far as they are known:
 * `image generation 3f2a`. For a child without a machine, its id or source, such as `sse` or `poll`.
 */
export function toName(actor: object, kind: string | undefined): string {
  const id = getTextAt(actor, 'id') ?? '';
  const isNamed = id !== getTextAt(actor, 'sessionId');
  const machine = getTextAt(actor, 'logic', 'config', 'id');
  if (machine === undefined) return isNamed ? id : (getTextAt(actor, 'src') ?? 'actor');
  const input = getAt(actor, 'options', 'input');
  const shownKind =
    kind ?? getTextAt(input, 'stored', 'token', 'job', 'kind') ?? getTextAt(input, 'resume', 'job', 'kind');
  const generationId = getTextAt(input, 'id') ?? (isNamed && id !== machine ? id : undefined);
  return [shownKind?.slice(0, 24), machine, generationId && shorten(generationId)].filter(Boolean).join(' ');
}

/** The definition of an actor's machine, as JSON. An actor without a machine has only a name. */
export const toDefinition = (actor: object, name: string): string =>
  JSON.stringify(toDefinitionData(getAt(actor, 'logic', 'config')) ?? { id: name });
