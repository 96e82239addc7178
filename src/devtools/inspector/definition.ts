import { isObject } from '../../machines/json.js';

const each = (value: unknown, change: (one: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : value === undefined ? undefined : change(value);
const eachMember = (value: unknown, change: (one: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)])) : undefined;

/** An action, a guard or a child's logic, by its name. */
function named(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return { type: value.name };
  return isObject(value) && typeof value['type'] === 'string' ? { type: value['type'] } : undefined;
}

const names = (value: unknown) => each(value, named);

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
const transitions = (value: unknown) => each(value, transition);

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
 * A chart for a viewer that draws it. Only what is drawn: what else stands in a machine, such as its first context,
 * what it gives its children and what is noted at its states, may be data.
 */
export function toDrawing(node: unknown): unknown {
  if (!isObject(node)) return undefined;
  const { id, type, initial, history, target, description, tags, entry, exit, invoke, on, after, always, onDone } =
    node;
  return {
    ...{ id, type, initial, history, target, description, tags },
    entry: names(entry),
    exit: names(exit),
    invoke: each(invoke, child),
    on: eachMember(on, transitions),
    after: eachMember(after, transitions),
    always: transitions(always),
    onDone: transitions(onDone),
    states: eachMember(node['states'], toDrawing),
  };
}
