import { createGenerationMachine, type GenerationAdapter } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { serverEnvironment } from '../../../src/machines/environment.js';
import { metaOf } from '../../../src/machines/generation/generation.meta.js';

describe('what a machine was made of', () => {
  const adapter: GenerationAdapter<string, string> = {
    submit: async () => ({ job: { id: 'job-1' } }),
    read: async () => ({ kind: 'pending' }),
  };
  const meta = { adapter, policy: {}, environment: serverEnvironment() };

  it('is known of a generation machine', () => {
    expect(metaOf(createGenerationMachine(adapter))).toMatchObject({ adapter, policy: { deadlineMs: 420_000 } });
  });

  it.each([
    { what: 'another id', config: { id: 'player', meta } },
    { what: 'no meta', config: { id: 'generation' } },
    { what: 'no adapter', config: { id: 'generation', meta: { ...meta, adapter: undefined } } },
    { what: 'no policy', config: { id: 'generation', meta: { ...meta, policy: undefined } } },
    { what: 'no environment', config: { id: 'generation', meta: { ...meta, environment: undefined } } },
  ])('is not known of a machine with $what', ({ config }) => {
    // As JSON drops what is undefined.
    const given = config.meta && Object.fromEntries(Object.entries(config.meta).filter(([, value]) => value));
    expect(metaOf(createMachine({ ...config, ...(given && { meta: given }) }))).toBeUndefined();
  });
});
