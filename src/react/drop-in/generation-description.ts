import { toMembers, toMetadata, toText } from '../../adapters/file-backend/metadata.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { type ImageDraft, toSettings } from './generator-item.js';

/** What was asked for. Known after a reload and in other tabs, too. */
export type GenerationDescription = {
  readonly prompt: string;
  /** Values that the form did not set are empty strings. */
  readonly settings: ImageDraft['settings'];
};

/** The description of an input. It is stored while the generation runs. */
export const describe = (input: { readonly prompt: string }): JsonObject => ({
  prompt: input.prompt,
  settings: toSettings(toMetadata(input)),
});

/** A stored description; `undefined` without a prompt. */
export function toDescription(stored: JsonObject | undefined): GenerationDescription | undefined {
  const members = toMembers(stored);
  const prompt = toText(members.get('prompt'));
  return prompt === undefined ? undefined : { prompt, settings: toSettings(toMetadata(members.get('settings'))) };
}

/** Whether two descriptions differ in nothing that both of them know. */
export function isSameDescription(
  one: GenerationDescription | undefined,
  other: GenerationDescription | undefined,
): boolean {
  if (!one || !other || one.prompt.trim() !== other.prompt.trim()) return false;
  const others = toMembers(other.settings);
  return Object.entries(one.settings).every(([name, value]) => {
    const otherValue = others.get(name) ?? '';
    return value === '' || otherValue === '' || value === otherValue;
  });
}
