import { getOwn, isObject } from '../../machines/json.js';

type Edit = readonly [action: string, path: readonly unknown[], value: unknown];

const isEdit = (value: unknown): value is Edit =>
  Array.isArray(value) && ['replace', 'append', 'add', 'delete'].includes(value[0]) && Array.isArray(value[1]);

/**
 * What a generator has put out by now. After the first time, an app sends what has changed: `[['replace', [0, 'url'], '/b.png']]`. Before Gradio
 * 4.3 it sends all of it each time.
 */
export const toWhole = (before: unknown, said: unknown): unknown =>
  Array.isArray(said) && said.every(isEdit) && before !== undefined
    ? said.reduce<unknown>((value, [action, path, given]) => edited(value, path, action, given), before)
    : said;

/** A copy with one change. A path that leads nowhere changes nothing. */
function edited(target: unknown, [key, ...rest]: readonly unknown[], action: string, value: unknown): unknown {
  if (key === undefined) return action === 'append' ? `${String(target ?? '')}${String(value)}` : value;
  const isHere = rest.length === 0;
  if (Array.isArray(target)) {
    const at = Number(key);
    const into = target.map((item: unknown, index) => (index === at ? edited(item, rest, action, value) : item));
    if (isHere && action === 'add') return [...target.slice(0, at), value, ...target.slice(at)];
    return isHere && action === 'delete' ? target.filter((_, index) => index !== at) : into;
  }
  if (!isObject(target)) return target;
  const name = String(key);
  const { [name]: _, ...others } = target;
  if (isHere && action === 'delete') return others;
  return { ...target, [name]: edited(getOwn(target, name), rest, action, value) };
}
