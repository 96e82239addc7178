import { isObject } from '../../machines/json.js';

const mapItems = (value: unknown, change: (one: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : value === undefined ? undefined : change(value);
const mapMembers = (value: unknown, change: (one: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)])) : undefined;

/** The name of an action, a guard or a child's logic. */
function named(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return { type: value.name };
  return isObject(value) && typeof value['type'] === 'string' ? { type: value['type'] } : undefined;
}

const names = (value: unknown) => mapItems(value, named);

const transition = (value: unknown): unknown =>
  isObject(value)
    ? {
        target: value['target'],
        reenter: value['reenter'],
        guard: names(value['guard']),
        actions: names(value['actions']),
        description: value['description'],
      }
    : value;
const transitions = (value: unknown) => mapItems(value, transition);

const child = (value: unknown): unknown =>
  isObject(value)
    ? {
        id: value['id'],
        src: named(value['src']),
        onDone: transitions(value['onDone']),
        onError: transitions(value['onError']),
      }
    : undefined;

/**
 * The definition of a machine for a viewer. It lists the members that a viewer draws. Others, such as `context`, `meta` and
 * a child's `input`, may have secrets in them.
 */
export function toDefinitionData(node: unknown): unknown {
  if (!isObject(node)) return undefined;
  const { id, type, initial, history, target, description, tags, entry, exit, invoke, on, after, always, onDone } =
    node;
  return {
    ...{ id, type, initial, history, target, description, tags },
    entry: names(entry),
    exit: names(exit),
    invoke: mapItems(invoke, child),
    on: mapMembers(on, transitions),
    after: mapMembers(after, transitions),
    always: transitions(always),
    onDone: transitions(onDone),
    states: mapMembers(node['states'], toDefinitionData),
  };
}
