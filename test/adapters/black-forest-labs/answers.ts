// Answers in the shapes of the documentation of Black Forest Labs, with values of ours.

export const id = '2f3c6a8e-77b2-4c1f-9a0e-0d5f6f3c1b7a';
export const accepted = { id, polling_url: `https://api.eu2.bfl.ai/v1/get_result?id=${id}`, cost: 3 };
const answer = { id, result: null, progress: null, details: null, preview: null };

export const pending = { ...answer, status: 'Pending' };
export const working = { ...pending, progress: 0.4 };
export const sample = `https://delivery-eu2.bfl.ai/results/${id}/sample.jpeg?se=2026-11-29T05%3A10%3A00Z&sp=r&sv=2024-11-04&sig=c2ln`;
export const result = {
  sample,
  prompt: 'a lighthouse',
  seed: 41,
  start_time: 1_796_014_730.1,
  end_time: 1_796_014_734,
};
export const ready = { ...answer, status: 'Ready', result };
export const failed = { ...answer, status: 'Error', details: { error: 'The worker has run out of memory.' } };
export const requestModerated = { ...answer, status: 'Request Moderated' };
export const contentModerated = {
  ...answer,
  status: 'Content Moderated',
  details: { 'Moderation Reasons': ['Derivative Works Filter'] },
};
export const notFound = { ...answer, status: 'Task not found' };
export const limited = { error: 'rate_limit_exceeded', message: 'Too many concurrent requests', retry_after: 5 };
