import { parseJson } from '../../adapters/http/exchange.js';
import { isObject } from '../../machines/json.js';
import type { StoredJobNotice } from '../store/job-store.js';
import type { Query } from './connection.js';

/** PostgreSQL takes less than 8,000 bytes. */
const maxBytes = 7_500;
/** How long changes are gathered, in ms. */
const gatherMs = 5;

/** What one process tells the others. */
export type Announcement = {
  /** Which store tells it: it has told its own listeners already. */
  readonly by: string;
  readonly jobs: readonly StoredJobNotice[];
  /** There is more than fits: look at the rows. */
  readonly isIncomplete: boolean;
};

const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** The payloads that tell of these changes. One that fits into none is looked for by who hears of it. */
function toPayloads(by: string, notices: readonly StoredJobNotice[]): readonly string[] {
  const payloads: string[] = [];
  let entries: string[] = [];
  let size = 0;
  let isIncomplete = false;
  const end = () => {
    payloads.push(`{"by":${JSON.stringify(by)},"look":${isIncomplete},"jobs":[${entries.join()}]}`);
    entries = [];
    size = 0;
    isIncomplete = false;
  };
  for (const { id, userId, backend, version } of notices) {
    const entry = JSON.stringify([id, userId, backend, version]);
    const entrySize = byteLength(entry) + 1;
    if (entrySize > maxBytes) isIncomplete = true;
    else {
      if (size + entrySize > maxBytes) end();
      entries.push(entry);
      size += entrySize;
    }
  }
  if (entries.length > 0 || isIncomplete) end();
  return payloads;
}

/** What is no announcement of this library tells that something has happened: whoever hears of it looks. */
export function readAnnouncement(payload: string): Announcement {
  const { by, look, jobs }: { by?: unknown; look?: unknown; jobs?: unknown } = toObject(payload);
  const isKnown = typeof by === 'string' && Array.isArray(jobs);
  return {
    by: isKnown ? by : '',
    jobs: isKnown ? jobs.flatMap(toNotice) : [],
    isIncomplete: !isKnown || look === true,
  };
}

function toObject(payload: string): object {
  const value = parseJson(payload);
  return isObject(value) ? value : {};
}

function toNotice(entry: unknown): readonly StoredJobNotice[] {
  if (!Array.isArray(entry)) return [];
  const [id, userId, backend, version]: readonly unknown[] = entry;
  const isNotice = [id, userId, backend].every(part => typeof part === 'string') && typeof version === 'number';
  return isNotice ? [{ id, userId, backend, version } as StoredJobNotice] : [];
}

/**
 * Tells other processes of changes that are committed, many at once: each `NOTIFY` waits for the one before it, of all processes, so that one
 * within each transaction would let all commits of the database follow one another.
 *
 * @see https://www.postgresql.org/docs/current/sql-notify.html
 */
export function createAnnouncements(query: Query, channel: string, by: string) {
  const waiting = new Map<string, StoredJobNotice>();
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    while (waiting.size > 0) {
      await new Promise(resolve => setTimeout(resolve, gatherMs));
      const payloads = toPayloads(by, [...waiting.values()]);
      waiting.clear();
      // What is not told is seen by the next look of the others.
      await query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [channel, payloads]).catch(
        () => undefined,
      );
    }
  }

  return {
    add(notice: StoredJobNotice): void {
      waiting.set(notice.id, notice);
      sending ??= send().finally(() => {
        sending = undefined;
      });
    },
    /** Until all of them are told. */
    async flush(): Promise<void> {
      await sending;
    },
  };
}
