import type { JsonObject, JsonValue } from '../machines/generation/generation.port.js';

/** One member of what is about to be shown or kept. */
export type RedactedMember = {
  /** Its name; that of its list, if it stands in one. */
  readonly key: string;
  /** All names that lead to it, with dots: `update.output.files.0.url` in an event, `context.job.request` in a snapshot. */
  readonly path: string;
  readonly value: unknown;
};

/**
 * Decides for one member what is shown of it, in place of the default or after it: `usual()` is what the default
 * shows. Asked from the outside in, so what it says of an object stands for all that is in it. What it returns is
 * made JSON; if it throws, nothing is shown.
 *
 * By default numbers, booleans and shapes are shown, and of texts only those that name something: `type`, `kind`,
 * `status`, `code`, `charged`, the ids of jobs, files, projects, requests and events; urls without their query,
 * fragment, user and unusual path segments. Every other text is `[redacted]`, and so is all that is called `input`,
 * `request`, `headers`, `details`, `metadata`, `settings`, `params`, `body`, `form`, `payload`, `credentials`,
 * `authorization`, `cookie`, `token`, `password` or `secret`.
 *
 * @example
 * // Less: what the backend says. More: no urls at all.
 * const redact: Redact = ({ key, value }, usual) =>
 *   key === 'message' ? value : key === 'url' ? '[redacted]' : usual();
 */
export type Redact = (member: RedactedMember, usual: () => unknown) => unknown;

const hidden = '[redacted]';
const deepest = 10;
const longestList = 100;
const longestText = 200;

const namesOf = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

/** Texts that the chart, a backend or this library made up: they say what something is, and not what it is about. */
const tellingKeys = namesOf(
  ...['type', 'kind', 'status', 'code', 'charged', 'id'],
  ...['jobId', 'fileId', 'projectId', 'requestId', 'lastEventId', 'sessionId', 'parentId', 'rootId', 'sourceId'],
);
/** What a user or an adapter has put there, whatever it is. */
const secretKeys = namesOf(
  ...['input', 'request', 'headers', 'details', 'metadata', 'settings', 'params', 'body', 'form', 'payload'],
  ...['credentials', 'authorization', 'cookie', 'token', 'password', 'secret'],
);

const isUrlKey = (key: string) => /^(url|href|src)$|Url$/.test(key);

/** Where it leads, without what may be secret in it: a path segment that is no plain name may be a text or a key. */
function plainUrl(url: string): string {
  if (/\s/.test(url)) return hidden;
  const [media] = /^data:[\w/+.-]*/i.exec(url) ?? [];
  if (media !== undefined) return `${media},…`;
  const [path = ''] = url.split(/[?#;]/);
  return path
    .replace(/^([a-z][\w+.-]*:)?\/\/[^/]*@/i, '$1//')
    .split('/')
    .map(segment => (/^[\w.~:@-]{0,64}$/.test(segment) ? segment : '…'))
    .join('/')
    .slice(0, longestText);
}

function plainText(text: string, key: string): string {
  if (text === '') return text;
  if (isUrlKey(key)) return plainUrl(text);
  return tellingKeys.has(key) && /^\S+$/.test(text) && text.length <= longestText ? text : hidden;
}

/** JSON has no such numbers: the largest compares as infinity does, and nothing as `NaN` does. */
function plainNumber(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : Math.max(-Number.MAX_VALUE, Math.min(number, Number.MAX_VALUE));
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/**
 * A value as JSON, without what is secret in it. Members that are absent, functions or no numbers are left out.
 *
 * @param isAsked which members `redact` may decide
 */
export function redacted(
  value: unknown,
  redact?: Redact,
  isAsked: (member: RedactedMember) => boolean = () => true,
): JsonValue | undefined {
  const shown = (member: RedactedMember, depth: number): JsonValue | undefined => {
    const usual = () => byDefault(member, depth);
    try {
      if (!redact || member.path === '' || !isAsked(member)) return usual();
      return toJson(redact(member, usual));
    } catch {
      return hidden;
    }
  };

  function byDefault({ key, path, value: it }: RedactedMember, depth: number): JsonValue | undefined {
    if (it === undefined || it === null || typeof it === 'function' || typeof it === 'symbol')
      return it === null ? it : undefined;
    if (secretKeys.has(key)) return hidden;
    if (typeof it === 'string') return plainText(it, key);
    if (typeof it === 'number') return plainNumber(it);
    if (typeof it === 'boolean') return it;
    if (typeof it !== 'object' || depth > deepest) return hidden;
    const below = (name: string) => (path === '' ? name : `${path}.${name}`);
    if (Array.isArray(it)) {
      const some: readonly unknown[] = it.slice(0, longestList);
      return some.map((one, index) => shown({ key, path: below(String(index)), value: one }, depth + 1) ?? null);
    }
    if (it instanceof Error) return { type: it.name, ...members(it, below, depth) };
    return isPlain(it) ? members(it, below, depth) : hidden;
  }

  const members = (object: object, below: (name: string) => string, depth: number): JsonObject =>
    Object.fromEntries(
      Object.entries(object)
        .slice(0, longestList)
        .map(([name, one]) => {
          // A name that is none is a text, such as a prompt that something is counted by.
          const key = /^\S{1,64}$/.test(name) ? name : hidden;
          return [key, shown({ key, path: below(key), value: one }, depth + 1)] as const;
        })
        .filter(([, one]) => one !== undefined),
    );

  return shown({ key: '', path: '', value }, 0);
}

const toJson = (value: unknown): JsonValue | undefined =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');
