import type { JsonObject, JsonValue } from '../machines/generation/generation.port.js';

/** One member of a value that is about to be sent or recorded. */
export type RedactedMember = {
  /** Its name. An item of a list has the name of the list. */
  readonly key: string;
  /** Its path, with dots: `update.output.files.0.url` in an event, `context.job.request` in a snapshot. */
  readonly path: string;
  readonly value: unknown;
};

/**
 * Returns what is shown of one member. `usual()` returns what the default shows. It is called from the outside in, and its
 * result for an object replaces all its members. The result is converted to JSON. If the function throws, the member is `[redacted]`.
 *
 * By default numbers, booleans and shapes are shown, and of texts only names: `type`, `kind`, `status`, `code`, `charged`,
 * the ids of jobs, files, projects, requests and events; urls without their query, fragment, user and unusual path
 * segments. Every other text is `[redacted]`, and so is every member with the name `input`,
 * `request`, `headers`, `details`, `metadata`, `settings`, `params`, `body`, `form`, `payload`, `credentials`,
 * `authorization`, `cookie`, `token`, `password` or `secret`.
 *
 * @example
 * // Shows the backend's messages, and no urls.
 * const redact: Redact = ({ key, value }, usual) =>
 *   key === 'message' ? value : key === 'url' ? '[redacted]' : usual();
 */
export type Redact = (member: RedactedMember, usual: () => unknown) => unknown;

const hidden = '[redacted]';
const maxDepth = 10;
const maxItems = 100;
const maxTextLength = 200;

const setOf = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

/** Their texts are names from the chart, a backend or this library, and not content. */
const nameKeys = setOf(
  ...['type', 'kind', 'status', 'code', 'charged', 'id'],
  ...['jobId', 'fileId', 'projectId', 'requestId', 'lastEventId', 'sessionId', 'parentId', 'rootId', 'sourceId'],
);
/** Users and adapters put content in these. */
const secretKeys = setOf(
  ...['input', 'request', 'headers', 'details', 'metadata', 'settings', 'params', 'body', 'form', 'payload'],
  ...['credentials', 'authorization', 'cookie', 'token', 'password', 'secret'],
);

const isUrlKey = (key: string) => /^(url|href|src)$|Url$/.test(key);

/** A url without the parts that may be secret. A path segment that is not a plain name may be a text or a key. */
function redactUrl(url: string): string {
  if (/\s/.test(url)) return hidden;
  const [media] = /^data:[\w/+.-]*/i.exec(url) ?? [];
  if (media !== undefined) return `${media},…`;
  const [path = ''] = url.split(/[?#;]/);
  return path
    .replace(/^([a-z][\w+.-]*:)?\/\/[^/]*@/i, '$1//')
    .split('/')
    .map(segment => (/^[\w.~:@-]{0,64}$/.test(segment) ? segment : '…'))
    .join('/')
    .slice(0, maxTextLength);
}

function redactText(text: string, key: string): string {
  if (text === '') return text;
  if (isUrlKey(key)) return redactUrl(text);
  return nameKeys.has(key) && /^\S+$/.test(text) && text.length <= maxTextLength ? text : hidden;
}

/** JSON has no infinity and no `NaN`: the largest number compares like infinity, a missing one like `NaN`. */
function toJsonNumber(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : Math.max(-Number.MAX_VALUE, Math.min(number, Number.MAX_VALUE));
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/**
 * A value as JSON, redacted. Members that are `undefined`, functions or `NaN` are left out.
 *
 * @param isRedactable whether `redact` is called for a member
 */
export function redacted(
  value: unknown,
  redact?: Redact,
  isRedactable: (member: RedactedMember) => boolean = () => true,
): JsonValue | undefined {
  const shown = (member: RedactedMember, depth: number): JsonValue | undefined => {
    const usual = () => toDefault(member, depth);
    try {
      if (!redact || member.path === '' || !isRedactable(member)) return usual();
      return toJson(redact(member, usual));
    } catch {
      return hidden;
    }
  };

  function toDefault({ key, path, value: it }: RedactedMember, depth: number): JsonValue | undefined {
    if (it === undefined || it === null || typeof it === 'function' || typeof it === 'symbol')
      return it === null ? it : undefined;
    if (secretKeys.has(key)) return hidden;
    if (typeof it === 'string') return redactText(it, key);
    if (typeof it === 'number') return toJsonNumber(it);
    if (typeof it === 'boolean') return it;
    if (typeof it !== 'object' || depth > maxDepth) return hidden;
    const pathOf = (name: string) => (path === '' ? name : `${path}.${name}`);
    if (Array.isArray(it)) {
      const some: readonly unknown[] = it.slice(0, maxItems);
      return some.map((one, index) => shown({ key, path: pathOf(String(index)), value: one }, depth + 1) ?? null);
    }
    if (it instanceof Error) return { type: it.name, ...members(it, pathOf, depth) };
    return isPlain(it) ? members(it, pathOf, depth) : hidden;
  }

  const members = (object: object, pathOf: (name: string) => string, depth: number): JsonObject =>
    Object.fromEntries(
      Object.entries(object)
        .slice(0, maxItems)
        .map(([name, one]) => {
          // The key of a dictionary may be a text, such as a prompt.
          const key = /^\S{1,64}$/.test(name) ? name : hidden;
          return [key, shown({ key, path: pathOf(key), value: one }, depth + 1)] as const;
        })
        .filter(([, one]) => one !== undefined),
    );

  return shown({ key: '', path: '', value }, 0);
}

const toJson = (value: unknown): JsonValue | undefined =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');
