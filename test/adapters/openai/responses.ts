/** Shapes of OpenAI's OpenAPI file, with values of ours. */
export const id = 'resp_68f0a1b2c3d4';

export const base64 = Buffer.from('the picture').toString('base64');
export const pictureUrl = `data:image/png;base64,${base64}`;

export const queued = {
  id,
  object: 'response',
  created_at: 1_796_000_000,
  status: 'queued',
  background: true,
  error: null,
  incomplete_details: null,
  output: [],
  usage: null,
};
export const running = { ...queued, status: 'in_progress' };
export const call = {
  id: 'ig_1',
  type: 'image_generation_call',
  status: 'completed',
  output_format: 'png',
  size: '1024x1024',
  revised_prompt: 'A lighthouse in fog.',
  result: base64,
};
export const usage = { input_tokens: 50, output_tokens: 1_100, total_tokens: 1_150 };
export const completed = { ...queued, status: 'completed', output: [{ type: 'reasoning', summary: [] }, call], usage };
const say = (part: object) => ({ id: 'msg_1', type: 'message', role: 'assistant', content: [part] });
export const inWords = {
  ...completed,
  output: [say({ type: 'output_text', text: "I can't draw that person.", annotations: [] })],
};
export const refused = { ...completed, output: [say({ type: 'refusal', refusal: 'I cannot help with that.' })] };
export const blocked = {
  ...completed,
  output: [
    {
      ...call,
      status: 'failed',
      result: null,
      error: {
        code: 'moderation_blocked',
        message: 'Blocked by the safety system.',
        type: 'image_generation_user_error',
      },
    },
  ],
};
export const failed = {
  ...queued,
  status: 'failed',
  error: { code: 'server_error', message: 'The model failed to generate a response.' },
};
export const againstPolicy = {
  ...failed,
  error: { code: 'image_content_policy_violation', message: 'The image is not allowed.' },
};
export const cancelled = { ...queued, status: 'cancelled' };
export const filtered = { ...queued, status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
export const brokenOff = { ...queued, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };

export const problem = (code: string | null, message: string, type = 'invalid_request_error') => ({
  error: { message, type, param: null, code },
});

/** One event, with its name in its data and beside it. */
export const event = (type: string, number: number, more: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...more })}\n\n`;
export const partial = (number: number, index: number, text: string) =>
  event('response.image_generation_call.partial_image', number, {
    item_id: 'ig_1',
    output_index: 0,
    partial_image_index: index,
    partial_image_b64: Buffer.from(text).toString('base64'),
    output_format: 'webp',
  });
