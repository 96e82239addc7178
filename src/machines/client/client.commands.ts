import { describeValue } from '../described.js';
import { isObject } from '../json.js';
import { nearestName } from '../options.js';
import { warn } from '../warning.js';
import type { ClientCommand } from './client.types.js';

/** An object, so that the compiler misses a command that is not here. */
const commands: { readonly [type in ClientCommand<never>['type']]: true } = {
  GENERATE: true,
  CANCEL: true,
  CHECK: true,
  RETRY: true,
  RESUME: true,
  DISMISS: true,
  REMOVE: true,
  RENEW: true,
  CLEAR: true,
};

const types: readonly string[] = Object.keys(commands);

const told = new Set<string>();

const unknownMessage = (name: string) =>
  `The client has no command "${name}", so it is ignored. Did you mean "${nearestName(name, types)}"?`;

/** Whether a client has such a command. Another one is told of during development, once, because it has no effect. */
export function isKnownCommand(command: unknown): boolean {
  const type: unknown = isObject(command) ? command['type'] : undefined;
  if ((types as readonly unknown[]).includes(type)) return true;
  const text =
    typeof type === 'string'
      ? unknownMessage(type.slice(0, 100))
      : `The client ignores a command whose \`type\` is ${describeValue(type)}. Pass one of ${types.join(', ')}.`;
  if (!told.has(text)) warn(text);
  told.add(text);
  return false;
}
