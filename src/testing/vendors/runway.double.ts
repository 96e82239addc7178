import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';

const taskPath = /^\/v1\/tasks\/([^/]+)$/;
const submitPath = /^\/v1\/(?!tasks\b)[\w/-]+$/;
const credits = 25;

const json = (body: unknown, status = 200) => Response.json(body, { status });
const problem = (status: number, error: string, more: object = {}) =>
  json({ error, ...more, docUrl: 'https://docs.dev.runwayml.com/api' }, status);
const nowhere = () => problem(404, 'The requested resource was not found.');

/** What was stopped, or deleted once it was over. A task that does not stop goes on to its end. */
const isDeleted = ({ cancelledAt }: VendorJob, { phase, endedAt }: VendorJobState) =>
  phase === 'cancelled' || (cancelledAt !== undefined && endedAt !== undefined && cancelledAt >= endedAt);

function taskOf(job: VendorJob, { phase, progress, position }: VendorJobState) {
  const task = { id: job.id, createdAt: new Date(job.submittedAt).toISOString() };
  const estimatedCost = { credits };
  switch (phase) {
    case 'queued':
      // Others of the account run, and then it is this one's turn.
      return { ...task, status: position > 1 ? 'THROTTLED' : 'PENDING', estimatedCost };
    case 'running':
      return { ...task, status: 'RUNNING', progress, estimatedCost };
    case 'failed':
      return {
        ...task,
        status: 'FAILED',
        failure: 'An unexpected error occurred.',
        failureCode: 'INTERNAL.BAD_OUTPUT.CODE01',
        cost: { credits: 0 },
      };
    case 'moderated':
      return {
        ...task,
        status: 'FAILED',
        failure: 'The input was flagged by our content moderation system.',
        failureCode: 'SAFETY.INPUT.TEXT',
        cost: { credits },
      };
    default:
      return {
        ...task,
        status: 'SUCCEEDED',
        output: job.scenario.output ?? [`https://dnznrvs05pmza.cloudfront.net/${job.id}.mp4?_jwt=signed`],
        cost: { credits },
      };
  }
}

const protocol: VendorProtocol = {
  name: 'runway',
  baseUrl: 'https://api.dev.runwayml.com',

  toRoute({ method, url, headers }) {
    const { pathname } = new URL(url);
    const [, jobId] = taskPath.exec(pathname) ?? [];
    if (!headers.has('x-runway-version')) return undefined;
    if (method === 'POST' && submitPath.test(pathname)) return { action: 'submit', path: pathname };
    if (method === 'DELETE' && jobId) return { action: 'cancel', jobId };
    return method === 'GET' && jobId ? { action: 'read', jobId } : undefined;
  },
  toKey: ({ headers }) => /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1],
  refuse(status) {
    switch (status) {
      case 'moderated':
        return problem(400, 'The input was flagged by our content moderation system.');
      case 401:
        return problem(401, 'The provided API key is not valid.');
      case 402:
        return problem(400, 'You do not have enough credits to run this task.');
      case 404:
        return nowhere();
      case 422:
        return problem(400, 'Validation of body failed', {
          issues: [{ code: 'invalid_type', path: ['promptText'], message: 'Invalid input: expected string' }],
        });
      case 429:
        return problem(429, 'You have reached the daily limit of tasks for this model.');
      default:
        // A proxy in front of Runway answers these, and not in its words.
        return status >= 500
          ? new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } })
          : problem(status, `Error ${status}`);
    }
  },
  accept: job => json({ id: job.id, estimatedCost: { credits } }),
  read: (job, state) => (isDeleted(job, state) || state.phase === 'expired' ? nowhere() : json(taskOf(job, state))),
  cancel: () => new Response(null, { status: 204 }),
  other: async ({ headers }) =>
    headers.has('x-runway-version') ? undefined : problem(400, 'The header X-Runway-Version is required.'),
};

/**
 * A double of Runway's tasks. Needs no key and no network. Follows Runway's documentation and client; Runway's own
 * client is tested against it. A task that was stopped, or deleted after its end, is not found any more.
 *
 * @throws TypeError for an unknown option
 * @see https://docs.dev.runwayml.com/api/
 * @example
 * const double = runwayDouble({ scenario: vendorScenarios.slowQueue });
 * const film = runway<Input>({ endpoint: 'text_to_video', apiKey: 'any', fetch: double.fetch });
 */
export const runwayDouble = (options: VendorDoubleOptions = {}): VendorDouble => createDouble(protocol, options);
