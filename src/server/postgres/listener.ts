import pg from 'pg';
import { newId } from '../../machines/generation/generation.id.js';
import type { Query } from './connection.js';

/** How often the way from one connection to the other is tried, and how long that may take, in ms. */
const probeEveryMs = 15_000;
const probeMs = 5_000;
const connectMs = 10_000;
const firstWaitMs = 100;
const longestWaitMs = 10_000;
/** Before it is tried again whether notices arrive, where none do, in ms. */
const deafMs = 60_000;

type ListenerOptions = {
  readonly pool: pg.Pool;
  readonly query: Query;
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  /** Notices arrive from now on, or no more. */
  readonly onHearing: (isHearing: boolean) => void;
};

/** Waits until one of the signals is aborted, or a time is over. */
const pause = (ms: number, ...until: readonly AbortSignal[]) =>
  new Promise<void>(resolve => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of until) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of until) signal.addEventListener('abort', end);
    if (until.some(({ aborted }) => aborted)) end();
  });

/**
 * Listens on a connection of its own, and opens another one when it is lost. Whether notices arrive is tried, because a pooler may take the
 * `LISTEN` and give the connection to somebody else.
 *
 * @see https://www.postgresql.org/docs/current/sql-listen.html
 */
export function startListener({ pool, query, channel, onPayload, onHearing }: ListenerOptions) {
  const stopped = new AbortController();

  /** Listens until the connection is lost, or notices do not arrive. */
  async function listen(): Promise<'heard' | 'deaf' | 'refused'> {
    const lost = new AbortController();
    const end = () => lost.abort();
    stopped.signal.addEventListener('abort', end);
    let heard: 'heard' | 'deaf' | 'refused' = 'refused';
    let onProbe = (_probe: string) => {};
    lost.signal.addEventListener('abort', () => {
      if (heard === 'heard') onHearing(false);
    });
    const client = new pg.Client({ connectionTimeoutMillis: connectMs, ...pool.options });
    client.on('error', end);
    client.on('end', end);
    client.on('notification', ({ payload = '' }) => {
      if (payload.startsWith('probe ')) onProbe(payload);
      else onPayload(payload);
    });
    try {
      await client.connect();
      await client.query(`listen "${channel}"`);
      while (!lost.signal.aborted) {
        const probe = `probe ${newId()}`;
        const arrived = new AbortController();
        onProbe = given => {
          if (given === probe) arrived.abort();
        };
        // On another connection: what a pooler keeps from this one does not arrive.
        await query('select pg_notify($1, $2)', [channel, probe]);
        await pause(probeMs, arrived.signal, lost.signal);
        if (!arrived.signal.aborted) {
          if (heard === 'refused') heard = 'deaf';
          break;
        }
        if (heard !== 'heard' && !lost.signal.aborted) {
          heard = 'heard';
          onHearing(true);
        }
        await pause(probeEveryMs, lost.signal);
      }
    } catch {
      // Tried again.
    } finally {
      end();
      stopped.signal.removeEventListener('abort', end);
      void client.end().catch(() => undefined);
    }
    return heard;
  }

  async function run(): Promise<void> {
    let waitMs = firstWaitMs;
    while (!stopped.signal.aborted) {
      const heard = await listen();
      waitMs = heard === 'refused' ? Math.min(2 * waitMs, longestWaitMs) : firstWaitMs;
      // With chance, so that not all processes come back at once.
      await pause(heard === 'deaf' ? deafMs : waitMs * (0.5 + Math.random()), stopped.signal);
    }
  }

  void run();
  return { stop: () => stopped.abort() };
}
