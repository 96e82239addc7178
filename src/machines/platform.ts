import { GenerationError } from './generation/generation.errors.js';

/** Those of some globals that this platform does not have. They are looked up late, because a page may add them. */
export const missingApis = (...names: readonly string[]): readonly string[] =>
  names.filter(name => Reflect.get(globalThis, name) === undefined);

/** The error of something that cannot begin, because the platform lacks what it needs. */
export function toPlatformError(missing: readonly string[], subject: string): GenerationError {
  const message = `${subject} did not begin, because this platform has no ${missing.join(', no ')}. Nothing was sent. Use a newer browser or runtime, or add it before this library runs.`;
  return new GenerationError({ code: 'network', message });
}
