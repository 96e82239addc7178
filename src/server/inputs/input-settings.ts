import { assertKnownOptions } from '../../machines/options.js';
import type { InputOptions } from '../server.types.js';
import { inputTypes } from './media-types.js';
import type { ReceiveOptions } from './receive.js';

type ToNumber = (name: string, value: number | undefined, fallback: number) => number;

/** @throws TypeError that names the option, and what it has to be */
export function toReceiveOptions(
  options: InputOptions,
  number: ToNumber,
  refuse: (message: string) => never,
): ReceiveOptions {
  const names = ['store', 'maxBytes', 'types', 'maxPerUser', 'uploadTimeoutMs'];
  assertKnownOptions('createGenerationServer(): inputs', options, names);
  const { store, maxBytes, types = inputTypes, maxPerUser, uploadTimeoutMs } = options;
  if (typeof store?.put !== 'function') {
    refuse('inputs has no store. Pass inputs: { store: directoryInputs(path) }, or memoryInputs() for tests.');
  }
  const unknown = types.find(type => !inputTypes.includes(type));
  if (unknown !== undefined || types.length === 0) {
    refuse(
      `inputs.types has "${String(unknown)}", whose files are not known by their bytes. Pass some of ${inputTypes.join(', ')}.`,
    );
  }
  return {
    store,
    types,
    maxBytes: number('inputs.maxBytes', maxBytes, 20_971_520),
    maxPerUser: number('inputs.maxPerUser', maxPerUser, 20),
    uploadTimeoutMs: number('inputs.uploadTimeoutMs', uploadTimeoutMs, 60_000),
  };
}
