/** Stands for what is not shown because it may be secret. */
export const redactedText = '[redacted]';

const maxTextLength = 200;
/** Enough of a url for all that is shown of it. A url with a file in it is much longer. */
const maxReadLength = 2_000;

const setOf = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

/** Their texts are names from the chart, a backend or this library, and not content. */
const nameKeys = setOf(
  ...['type', 'kind', 'status', 'phase', 'code', 'charged', 'id'],
  ...['jobId', 'fileId', 'projectId', 'requestId', 'lastEventId', 'sessionId', 'parentId', 'rootId', 'sourceId'],
);
/** Users and adapters put content in these. */
const secretKeys = setOf(
  ...['input', 'request', 'headers', 'details', 'metadata', 'settings', 'params', 'body', 'form', 'payload'],
  ...['credentials', 'authorization', 'cookie', 'token', 'password', 'secret'],
);

/** Whether texts with this key are shown, if they have no spaces. */
export const isNameKey = (key: string): boolean => nameKeys.has(key);

/** Whether nothing with this key is shown. */
export const isSecretKey = (key: string): boolean => secretKeys.has(key);

const isUrlKey = (key: string) => /^(url|href|src)$|Url$/.test(key);

/** A url without the parts that may be secret. A path segment that is not a plain name may be a text or a key. */
function redactUrl(whole: string): string {
  const url = whole.slice(0, maxReadLength);
  if (/\s/.test(url)) return redactedText;
  const [media] = /^data:[\w/+.-]*/i.exec(url) ?? [];
  if (media !== undefined) return `${media.slice(0, maxTextLength)},…`;
  const [path = ''] = url.split(/[?#;]/);
  return path
    .replace(/^([a-z][\w+.-]*:)?\/\/[^/]*@/i, '$1//')
    .split('/')
    .map(segment => (/^[\w.~:@-]{0,64}$/.test(segment) ? segment : '…'))
    .join('/')
    .slice(0, maxTextLength);
}

/** What is shown of a text by default: names, and urls without their secrets. */
export function redactText(text: string, key: string): string {
  if (text === '') return text;
  if (isUrlKey(key)) return redactUrl(text);
  return nameKeys.has(key) && text.length <= maxTextLength && /^\S+$/.test(text) ? text : redactedText;
}
