/** A bar of tqdm, which most models print: ` 46%|███   | 13/28 [00:01<00:05, 9.1it/s]`. */
const bar = /(?:^|[\s:])(\d{1,3})%\|/g;

/**
 * The progress in a log, from 0 to 1: the last bar that tqdm has printed. `undefined` if there is none. A later bar may begin anew, because
 * models have several steps; the machine never lets progress fall.
 *
 * @see https://github.com/tqdm/tqdm
 * @example
 * progressInLog('Loading\n 46%|███   | 13/28 [00:01<00:05]'); // 0.46
 */
export function progressInLog(log: string): number | undefined {
  const found = [...log.slice(-4_000).matchAll(bar)];
  const percent = Number(found[found.length - 1]?.[1]);
  return percent >= 0 && percent <= 100 ? percent / 100 : undefined;
}
