import { toShownText } from '../adapters/http/shown-text.js';
import { isGenerationError } from '../machines/generation/generation.errors.js';
import type { Failure, FailureCode } from '../machines/generation/generation.port.js';
import { isObject } from '../machines/json.js';
import type { ServerLogEntry } from './observe/log.types.js';
import { logEvents, type ServerLogEvent } from './observe/log-events.js';
import type { ServerEvent, ServerObserver } from './observe/observer.types.js';

const isFailure = (what: unknown): what is Failure =>
  isObject(what) && typeof what['code'] === 'string' && typeof what['message'] === 'string';

/** The address of a webhook is signed: whoever has it can post to it. */
const webhookAddress = /(\/webhook\/[\w-]{1,64}\/)[\w.-]+/g;

/** What an incident was, in words that a log may hold. */
function toWords(what: unknown, secrets: readonly string[]): { readonly code?: FailureCode; readonly message: string } {
  const clean = (text: string) => toShownText(text, secrets).replace(webhookAddress, '$1…');
  try {
    const failure = isGenerationError(what) ? what.failure : isFailure(what) ? what : undefined;
    if (failure) return { code: failure.code, message: clean(failure.message) };
    return { message: clean(what instanceof Error ? `${what.name}: ${what.message}` : String(what)) };
  } catch {
    // Anything can be thrown, also what cannot be a text.
    return { message: 'What was thrown has no text.' };
  }
}

export const toMessage = (what: unknown, secrets: readonly string[]): string => toWords(what, secrets).message;

/** Writes lines about what goes on. It never throws. */
export function createLog(tell: (event: ServerEvent) => void, secrets: readonly string[]) {
  const write = (event: ServerLogEvent, about: Omit<ServerLogEntry, 'event' | 'level'>) =>
    tell({ type: 'line', entry: { level: logEvents[event][0], event, ...about } });
  return {
    /** Something went wrong that the page gets told less about. */
    report(event: ServerLogEvent, what: unknown, about: Pick<ServerLogEntry, 'backend' | 'id'> = {}): void {
      write(event, { ...about, ...toWords(what, secrets) });
    },
    request(entry: Pick<ServerLogEntry, 'route' | 'backend' | 'id' | 'status' | 'ms'>): void {
      write('request', entry);
    },
  };
}

export type ServerLog = ReturnType<typeof createLog>;

type Log = (entry: ServerLogEntry) => void;

const toConsole: Log = entry => {
  if (entry.level !== 'info') console.warn(`generation-lifecycle: ${JSON.stringify(entry)}`);
};

/** The log of the user as an observer: each line, and the lines that events are. */
export const logObserver = (log: Log = toConsole): ServerObserver => ({
  event(event) {
    const entry = toEntry(event);
    return entry && log(entry);
  },
});

function toEntry(event: ServerEvent): ServerLogEntry | undefined {
  switch (event.type) {
    case 'line':
      return { ...event.entry };
    case 'wish': {
      const { backend, id } = event;
      return { level: 'info', event: 'job.submitted', backend, id };
    }
    case 'end': {
      const { backend, id, status, code, charged, ms } = event;
      const level = status !== 'completed' && charged !== 'no' ? 'warn' : 'info';
      return { level, event: 'job.ended', backend, id, outcome: status, code, charged, ms };
    }
    default:
      return undefined;
  }
}
