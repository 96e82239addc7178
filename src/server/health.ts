import type { ServerLog } from './log.js';
import type { ServerSource } from './observe/observer.types.js';
import { commonHeaders } from './request/answers.js';

/** `live`: does this process answer at all? `ready`: should it get requests? */
export type Probe = { readonly name: 'live' | 'ready'; readonly isHead: boolean };

export type Health = (probe: Probe) => Promise<Response>;

/** What a server half with a store is asked about. */
type Place = {
  readonly source: ServerSource;
  readonly log: ServerLog;
  /** Whether its engine runs here. */
  readonly engine: () => 'running' | 'stopped' | 'none';
};

/** Longer, and the store counts as away, in ms. */
const patienceMs = 2_000;
/** How long an answer is repeated, in ms: anybody may ask. */
const freshMs = 1_000;

/**
 * Which probe a request is. They are answered before the host is looked at, because a load balancer asks by an address: nothing that they tell is a secret, and
 * they change nothing.
 */
export function toProbe({ method, url }: Request, basePath: string): Probe | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const { pathname } = new URL(url);
  const isHead = method === 'HEAD';
  if (pathname === `${basePath}/health`) return { name: 'ready', isHead };
  return pathname === `${basePath}/health/live` ? { name: 'live', isHead } : undefined;
}

type Answer = { readonly status: 'pass' | 'fail'; readonly [member: string]: unknown };

const toResponse = (answer: Answer, { isHead }: Probe): Response =>
  new Response(isHead ? null : JSON.stringify(answer), {
    status: answer.status === 'pass' ? 200 : 503,
    headers: { ...commonHeaders, 'content-type': 'application/json' },
  });

/**
 * Answers probes. A process lives as long as it answers, whatever its store does: to restart it would not help the store. It is ready if its store answers and
 * it is not about to stop. How late the engine is does not count: without this process it would be later.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export function createHealth(place?: Place): Health {
  let known: { readonly at: number; readonly answer: Promise<Answer> } | undefined;

  async function ask({ source, log }: Place): Promise<Answer> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`The store has not answered a probe of health within ${patienceMs} ms.`);
      timer = setTimeout(() => reject(error), patienceMs);
    });
    try {
      const { lateMs } = await Promise.race([source.count(), late]);
      return { status: 'pass', store: 'pass', lateMs };
    } catch (error) {
      log.report('store.failed', error);
      return { status: 'fail', store: 'fail' };
    } finally {
      clearTimeout(timer);
    }
  }

  return async probe => {
    if (probe.name === 'live' || !place) return toResponse({ status: 'pass' }, probe);
    const engine = place.engine();
    if (engine === 'stopped') return toResponse({ status: 'fail', engine }, probe);
    const now = Date.now();
    if (!known || Math.abs(now - known.at) >= freshMs) known = { at: now, answer: ask(place) };
    return toResponse({ ...(await known.answer), engine }, probe);
  };
}
