import type { PendingUpdate } from '../../machines/generation/generation.port.js';
import type { Exchange } from './json-exchange.js';

/** A bar of tqdm, which most models print: ` 46%|███   | 13/28 [00:01<00:05, 9.1it/s]`. */
const bar = /(?:^|[\s:])(\d{1,3})% ?\|/g;

/** Of a log that may be long. What is new is at its end. */
const readLength = 4_000;
const maxMessageBytes = 300;

/**
 * The progress in a log, 0..1: the last bar that tqdm printed. `undefined` if there is none. A later bar may start
 * again from 0, because models have several steps; the machine never lets the progress fall.
 *
 * @see https://github.com/tqdm/tqdm
 * @example
 * progressInLog('Loading\n 46%|███   | 13/28 [00:01<00:05]'); // 0.46
 */
export function progressInLog(log: string): number | undefined {
  const found = [...log.slice(-readLength).matchAll(bar)];
  const percent = Number(found[found.length - 1]?.[1]);
  return percent >= 0 && percent <= 100 ? percent / 100 : undefined;
}

/**
 * What a log tells of a job: its progress, and the last line that is no bar. tqdm prints a bar over the one before. A model may print its
 * environment, with your key: it is cut out of the line before the line is cut.
 */
export function readLog(
  log: string,
  toShownText: Exchange['toShownText'],
): Pick<PendingUpdate, 'progress' | 'message'> {
  const progress = progressInLog(log);
  const end = log.slice(-readLength);
  // Half of a key is not known as one.
  const lines = (end === log ? end : end.replace(/^\S+/, '')).split(/[\r\n]+/);
  const words = lines.filter(line => line.trim() && progressInLog(line) === undefined);
  const last = words[words.length - 1];
  return {
    ...(progress !== undefined && { progress }),
    ...(last !== undefined && { message: toShownText(last, maxMessageBytes) }),
  };
}
