/** Shapes of ComfyUI's own server, with values of ours. */
export const id = '7f3d0a52-0000-4000-8000-000000000041';

export const workflow = {
  '3': { class_type: 'KSampler', inputs: { seed: 1, model: ['4', 0] } },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'flux.safetensors' } },
};
export const job = { id, clientId: 'client-1', nodeCount: 2 };

const promptOf = (number: number, promptId: string, extra: object = {}) => [
  number,
  promptId,
  workflow,
  { client_id: 'client-1', create_time: 1_764_000_000_000, ...extra },
  ['9'],
];
export const accepted = { prompt_id: id, number: 12, node_errors: {} };
export const nothing = { queue_running: [], queue_pending: [] };
export const running = { ...nothing, queue_running: [promptOf(5, id, { idempotency_key: 'k-1' })] };
/** As a heap: only the first one is where it belongs. */
export const queued = {
  queue_running: [promptOf(1, 'of-another')],
  queue_pending: [promptOf(2, 'second'), promptOf(9, 'last'), promptOf(3, 'third'), promptOf(5, id)],
};
export const image = { filename: 'a b.png', subfolder: 'day 1', type: 'output' };
const started = ['execution_start', { prompt_id: id, timestamp: 1_764_000_001_000 }];

const entry = {
  prompt: promptOf(5, id, { idempotency_key: 'k-1' }),
  outputs: {
    '8': { images: [{ filename: 'shown.png', subfolder: '', type: 'temp' }], animated: [false] },
    '9': { images: [image] },
  },
  status: {
    status_str: 'success',
    completed: true,
    messages: [started, ['execution_success', { prompt_id: id, timestamp: 1_764_000_005_500 }]],
  },
  meta: {},
};
export const crash = {
  prompt_id: id,
  node_id: '3',
  node_type: 'KSampler',
  exception_message: 'CUDA out of memory\n',
  exception_type: 'torch.OutOfMemoryError',
  traceback: ['File "/opt/ComfyUI/execution.py", line 361'],
};
const over = (status_str: string, ...message: readonly unknown[]) => ({
  [id]: { ...entry, outputs: {}, status: { status_str, completed: false, messages: [started, message] } },
});
export const succeeded = { [id]: entry };
export const failed = over('error', 'execution_error', crash);
export const flagged = over('error', 'execution_error', {
  ...crash,
  exception_message: 'API Error: the content was flagged by the moderation system',
});
export const interrupted = over('error', 'execution_interrupted', { prompt_id: id, node_id: '3' });
export const archived = over('archived', 'execution_archived', {});

export const refused = {
  error: { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation', details: '' },
  node_errors: {
    '4': {
      errors: [
        {
          type: 'value_not_in_list',
          message: 'Value not in list',
          details: `ckpt_name: 'flux.safetensors' not in ['${'m'.repeat(500)}']`,
          extra_info: { input_name: 'ckpt_name' },
        },
      ],
      dependent_outputs: ['9'],
      class_type: 'CheckpointLoaderSimple',
    },
    '3': {
      errors: [
        { type: 'value_bigger_than_max', message: 'Value too big', details: '', extra_info: { input_name: 'steps' } },
      ],
      dependent_outputs: ['9'],
      class_type: 'KSampler',
    },
  },
};
