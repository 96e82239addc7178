import { toShownText } from '../adapters/http/shown-text.js';
import { isGenerationError } from '../machines/generation/generation.errors.js';
import type { Failure, FailureCode } from '../machines/generation/generation.port.js';
import { isObject } from '../machines/json.js';
import type { ServerLogEntry } from './server.types.js';

const isFailure = (what: unknown): what is Failure =>
  isObject(what) && typeof what['code'] === 'string' && typeof what['message'] === 'string';

/** What an incident was, in words that a log may hold: signatures, credentials and contents of urls are cut out. */
function toWords(what: unknown): { readonly code?: FailureCode; readonly message: string } {
  const failure = isGenerationError(what) ? what.failure : isFailure(what) ? what : undefined;
  if (failure) return { code: failure.code, message: toShownText(failure.message) };
  return { message: toShownText(what instanceof Error ? `${what.name}: ${what.message}` : String(what)) };
}

/** The log of a server half. It never throws. */
export function createLog(log: ((entry: ServerLogEntry) => void) | undefined) {
  const write = (entry: ServerLogEntry) => {
    try {
      if (log) log(entry);
      else if (entry.level !== 'info') console.warn(`generation-lifecycle: ${JSON.stringify(entry)}`);
    } catch {
      // The log of the user must not end a request.
    }
  };
  return {
    /** Something went wrong that the page gets told less about. */
    report(event: string, what: unknown, about: Pick<ServerLogEntry, 'backend' | 'id'> = {}): void {
      write({ level: 'warn', event, ...about, ...toWords(what) });
    },
    request(entry: Pick<ServerLogEntry, 'route' | 'backend' | 'id' | 'status' | 'ms'>): void {
      write({ level: 'info', event: 'request', ...entry });
    },
  };
}

export type ServerLog = ReturnType<typeof createLog>;
