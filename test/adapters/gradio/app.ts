/** What an app answers, with values of ours. */
const components = [
  { id: 1, type: 'textbox' },
  { id: 2, type: 'state' },
  { id: 3, type: 'slider' },
  { id: 4, type: 'image' },
];
export const config = {
  version: '6.4.0',
  api_prefix: '/gradio_api',
  protocol: 'sse_v3',
  components,
  dependencies: [
    { id: 0, api_name: false, inputs: [], outputs: [4], queue: true },
    { id: 5, api_name: 'generate', inputs: [1, 2, 3], outputs: [4], queue: true },
    { id: 6, api_name: 'clear', inputs: [], outputs: [], queue: false },
  ],
};
export const info = {
  named_endpoints: {
    '/generate': {
      parameters: [
        { parameter_name: 'prompt', parameter_has_default: false },
        { parameter_name: 'steps', parameter_has_default: true, parameter_default: 4 },
      ],
    },
  },
  unnamed_endpoints: {},
};

export const eventId = 'e1c0ffee';
export const message = (msg: string, said: object = {}) =>
  `data: ${JSON.stringify({ msg, event_id: eventId, ...said })}\n\n`;

export const picture = {
  path: '/tmp/gradio/a b/image.webp',
  url: null,
  size: 41_000,
  orig_name: 'image.webp',
  mime_type: 'image/webp',
  meta: { _type: 'gradio.FileData' },
};
export const completed = (data: readonly unknown[], duration = 2.5) =>
  message('process_completed', { success: true, output: { data, duration, is_generating: false } });
export const failed = (error: unknown) =>
  message('process_completed', { success: false, output: { error, title: 'Error', visible: true, duration: 10 } });
