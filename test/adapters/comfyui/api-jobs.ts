/** Shapes of the OpenAPI file of the Comfy API v2, with values of ours. */
export const id = '7f3d0a52-0000-4000-8000-000000000041';

const path = `/api/v2/jobs/${id}`;
export const queued = {
  id,
  status: 'queued',
  created_at: '2026-11-29T05:00:00Z',
  started_at: null,
  completed_at: null,
  expires_at: '2026-12-06T05:00:00Z',
  queue_position: 1,
  progress: null,
  outputs: [],
  error: null,
  urls: { self: path, events: `${path}/events`, cancel: `${path}/cancel` },
};
export const running = {
  ...queued,
  status: 'running',
  started_at: '2026-11-29T05:00:10Z',
  queue_position: null,
  progress: {
    value: 0.42,
    nodes_done: 11,
    nodes_total: 31,
    current_node: '12',
    current_node_class: 'KSampler',
    step: 21,
    steps: 50,
    message: 'KSampler 21/50',
  },
};
export const picture = {
  node_id: '9',
  name: 'ComfyUI_00001_.png',
  type: 'image',
  content_type: 'image/png',
  size_bytes: 1_848_320,
  id: 'asset-1',
  hash: null,
  url: 'https://storage.test/signed/asset-1?X-Goog-Signature=s',
  url_expires_at: '2026-11-29T06:00:00Z',
};
const over = { ...running, completed_at: '2026-11-29T05:00:14.500Z', progress: null };
export const succeeded = { ...over, status: 'succeeded', outputs: [picture] };
export const failed = {
  ...over,
  status: 'failed',
  error: {
    code: 'node_execution_error',
    message: 'CUDA out of memory',
    node_id: '3',
    class_type: 'KSampler',
    traceback: 'File "/opt/ComfyUI/execution.py", line 361',
  },
};
export const flagged = {
  ...failed,
  error: { ...failed.error, message: 'The content was flagged by the moderation system', class_type: 'FluxProNode' },
};
export const canceled = { ...over, status: 'canceled' };
export const canceling = { ...running, status: 'canceling' };
export const expired = { ...over, status: 'expired' };

export const problem = (code: string, message: string, details: object | null = null) => ({
  error: { code, message, details },
});
