import { isObject } from '../../machines/json.js';
import { parseJson } from './exchange.js';

/**
 * What a backend says about a refusal or a failure. Codes and categories are in lower case. Everything is empty where it
 * says nothing.
 */
export type Refusal = {
  /** In the backend's words, not yet fit to be shown. */
  readonly text: string;
  readonly codes: readonly string[];
  /** What the content was flagged for. */
  readonly categories: readonly string[];
  /** It says by a member such as `flagged: true` that the content is the reason. */
  readonly isFlagged: boolean;
};

/** Members with words, in the order in which they are read. Names are compared without separators and in lower case. */
const wordNames = [
  'error',
  'title',
  'message',
  'msg',
  'errormessage',
  'errormsg',
  'errordescription',
  'detail',
  'details',
  'errordetail',
  'errordetails',
  'errors',
  'issues',
  'reason',
  'description',
  'failure',
  'failurereason',
  'failuremessage',
  'faultstring',
  'statusmessage',
  'statusmsg',
];

/** Members of a mistake that say where it is. */
const placeNames = ['loc', 'field', 'path', 'pointer'];

const codeNames =
  /^(?:type|kind|name|code|status|reason|error|title|failure|(?:error|failure|reason|status)(?:code|type|reason)|type__)$/;
/** `categories` alone may be about anything. */
const categoryNames = /^(?:categories|categor(?:ies|y)flagged)$/;
const flaggedNames =
  /^(?:(?:flagged|violated|moderation|safety|content)categories|(?:moderation|block|safety)reasons?|(?:safety|policy|content)violations|contentfilterresults?)$/;
const flagNames = /^(?:is)?(?:flagged|nsfw|moderated|hasnsfwconcepts?|nsfwcontentdetected|iscontentblocked)$/;

/** Deeper and longer than any refusal that a person has written. */
const maxDepth = 6;
const maxItems = 20;

const toName = (key: string) => key.replace(/[^a-z]/gi, '').toLowerCase();

/**
 * Reads a refusal in any of the common shapes: `{error}`, `{error: {message, code}}`, `{errors: […]}`, `{detail}` as a
 * text, object or list, `{message}`, `{title, detail}`, `{msg}`, or a text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function readRefusal(body: unknown): Refusal {
  const codes = new Set<string>();
  const categories = new Set<string>();
  const isFlagged = collectSigns(body, { codes, categories }, maxDepth);
  return { text: toWords(body, maxDepth), codes: [...codes], categories: [...categories], isFlagged };
}

/** The text of a body that is no JSON, unless it is a page, which a proxy has made. */
function toPlainBody(text: string, contentType: string | null): string | undefined {
  // Half of a JSON text is nobody's words, either.
  const isMarkup = /^\s*[<{[]|<html|<!doctype/i.test(text.slice(0, 2_000));
  const isText = contentType === null || /^text\/plain\b/i.test(contentType);
  return isText && !isMarkup && text.trim() ? text : undefined;
}

/** A body as JSON, or as the text of one that is plain text; `undefined` for what is neither. */
export function toBody(text: string, headers: Headers): unknown {
  const body = parseJson(text);
  // `null` is JSON, too.
  return body === undefined ? toPlainBody(text, headers.get('content-type')) : body;
}

/** The words of a value: a text, or those of its members, without what is said twice. */
function toWords(value: unknown, depth: number): string {
  if (typeof value === 'string') return toText(value, depth);
  if (depth === 0) return '';
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map(item => toWords(item, depth - 1));
    return joined([...new Set(items)].filter(Boolean), ', ');
  }
  if (!isObject(value)) return '';
  const members = new Map(Object.entries(value).map(([key, member]) => [toName(key), member]));
  const texts: string[] = [];
  for (const name of wordNames) {
    const words = toWords(members.get(name), depth - 1);
    if (words && !texts.some(text => text.includes(words))) texts.push(words);
  }
  const words = joined(texts, ': ') || (depth < maxDepth ? toFieldWords(value) : '');
  const place = depth < maxDepth ? toPlace(value) : '';
  return [place, words].filter(Boolean).join(' ');
}

/** Sentences as clauses: only the last one keeps its full stop. */
const joined = (texts: readonly string[], separator: string) =>
  texts.map((text, at) => (at < texts.length - 1 ? text.replace(/\.$/, '') : text)).join(separator);

/** A text may be JSON: some backends pass on what another one has answered. */
function toText(text: string, depth: number): string {
  const nested = depth > 0 ? toNested(text) : undefined;
  return (nested !== undefined && toWords(nested, depth - 1)) || text.trim();
}

const toNested = (text: string): unknown => (/^\s*[{[]/.test(text) ? parseJson(text) : undefined);

/** `{ prompt: ['is too long'] }`: mistakes by field. */
function toFieldWords(value: { readonly [name: string]: unknown }): string {
  const fields = Object.entries(value).slice(0, maxItems);
  const mistakes = fields.flatMap(([field, texts]) => {
    const isMistake = Array.isArray(texts) && texts.every(text => typeof text === 'string') && texts.length > 0;
    return isMistake && !isAboutCategories(field) ? `${field} ${texts.slice(0, maxItems).join(', ')}` : [];
  });
  return joined(mistakes, ', ');
}

/** Where a mistake is: `body.prompt`. The path of a route is no such place. */
function toPlace(value: { readonly [name: string]: unknown }): string {
  const source = isObject(value['source']) ? value['source'] : value;
  const place = placeNames.map(name => source[name]).find(each => each != null);
  const parts = (Array.isArray(place) ? place.slice(0, maxItems) : [place]).filter(isPart);
  const text = parts.join('.');
  return text.startsWith('/') ? '' : text;
}

const isPart = (part: unknown): part is string | number => typeof part === 'string' || typeof part === 'number';

const isAboutCategories = (key: string) => [categoryNames, flaggedNames].some(names => names.test(toName(key)));

type Signs = { readonly codes: Set<string>; readonly categories: Set<string> };

/** Collects codes and categories. Returns whether the content was flagged. */
function collectSigns(value: unknown, signs: Signs, depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  let isFlagged = false;
  for (const [key, member] of Object.entries(value).slice(0, 100)) {
    const name = toName(key);
    if (flagNames.test(name)) isFlagged ||= member === true || (Array.isArray(member) && member.includes(true));
    const isAboutContent = flaggedNames.test(name);
    if (isAboutContent || categoryNames.test(name)) {
      const added = addCategories(member, signs.categories);
      isFlagged ||= isAboutContent && added;
    }
    if (typeof member === 'string') {
      if (codeNames.test(name) && isCode(member)) signs.codes.add(toCode(member));
      isFlagged = collectSigns(toNested(member), signs, depth - 1) || isFlagged;
    } else {
      isFlagged = collectSigns(member, signs, depth - 1) || isFlagged;
    }
  }
  return isFlagged;
}

/** One word, or few. A sentence is no code. */
const isCode = (text: string) => text.length <= 80 && text.trim().split(/\s+/).length <= 3;
const toCode = (text: string) =>
  text
    .trim()
    .replace(/[\s.:/-]+/g, '_')
    .toLowerCase();

/** Adds a list of names, or names with whether each of them applies. Returns whether there is one. */
function addCategories(value: unknown, categories: Set<string>): boolean {
  const names = Array.isArray(value)
    ? value
    : Object.entries(isObject(value) ? value : {}).flatMap(([name, applies]) =>
        applies === true || (isObject(applies) && (applies['flagged'] === true || applies['filtered'] === true))
          ? name
          : [],
      );
  const known = names.slice(0, maxItems).filter(name => typeof name === 'string' && name.length <= 100);
  for (const name of known) categories.add(String(name).toLowerCase());
  return known.length > 0;
}
