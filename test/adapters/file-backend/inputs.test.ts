import { isGenerationError } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

const submission = { signal: new AbortController().signal, idempotencyKey: 'k1' };

/** The body that a submit of this input sends, or why it sends none. */
async function sentFor(members: object): Promise<unknown> {
  let sent: unknown;
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent = init?.body;
    return Response.json({ success: true, fileId: 'f1' });
  };
  const backend = fileBackend({ kind: 'image', baseUrl: 'http://unused.test', fetch });
  try {
    // What plain JavaScript may pass.
    await backend.submit(Object.assign({ prompt: 'dunes' }, members), submission);
  } catch (error) {
    return isGenerationError(error) ? error.failure : error;
  }
  return typeof sent === 'string' ? JSON.parse(sent) : sent;
}

describe('an input', () => {
  it.each([
    ['a seed', { seed: 41 }],
    ['a seed below 0', { seed: -1 }],
    ['a seed that a number cannot hold', { seed: '12345678901234567890' }],
    ['a seed below 0 as text', { seed: '-12345678901234567890' }],
    ['a model by name', { model: 'sdxl' }],
    ['a model by object', { model: { id: 'sdxl' } }],
    ['one picture', { batchSize: 1 }],
    ['two pictures', { batchSize: 2 }],
    ['three pictures', { batchSize: 3 }],
    ['steps', { steps: 0.5 }],
  ])('may have %s', async (_, members) => {
    expect(await sentFor(members)).toEqual({ prompt: 'dunes', ...members });
  });

  it.each([
    ['seed', 'must be a whole number (beyond 2^53 as a string)', [0.5, 2 ** 53, '1.5', 'x1', '1x', '', '-', true, {}]],
    ['prompt', 'must be a string that is not empty', ['', '  ', 7, null, ['dunes']]],
    ['model', 'must be a string or an object', [7, true]],
    ['steps', 'must be a number above 0', [0, -1, Number.NaN, '20']],
    ['batchSize', 'must be 1, 2 or 3', [0, 4, '2', 1.5]],
    ['file', 'must be a Blob', ['cat.png', {}]],
  ])('with a wrong %s is refused, which names it, and nothing is sent', async (field, rule, values) => {
    for (const value of values) {
      expect(await sentFor({ [field]: value })).toMatchObject({
        code: 'bad-input',
        charged: 'no',
        message: `The submit with idempotency key k1 failed: ${field} ${rule}. Nothing was sent. Correct the input.`,
      });
    }
  });

  it.each([[null], ['dunes'], [7]])('that is %j is refused as a whole', async input => {
    const backend = fileBackend({ kind: 'image', baseUrl: 'http://unused.test' });
    await expect(backend.submit(JSON.parse(JSON.stringify(input)), submission)).rejects.toThrow(
      /^The submit with idempotency key k1 failed: the input [^ ]/,
    );
  });

  it('with a file is sent in parts: texts as they are, other values as JSON, and nothing for what is absent', async () => {
    const file = new Blob(['x'], { type: 'image/png' });
    const sent = await sentFor({ file, seed: 41, style: { id: 'ink' }, model: null, negativePrompt: undefined });
    if (!(sent instanceof FormData)) return expect.unreachable();
    expect(sent.get('file')).toBeInstanceOf(Blob);
    sent.delete('file');
    expect(Object.fromEntries(sent)).toEqual({ prompt: 'dunes', seed: '41', style: '{"id":"ink"}' });
  });
});
