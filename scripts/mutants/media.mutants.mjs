/** @import { Mutant } from './mutant.types.js' */

const media = ['test/server/media.test.ts'];
const download = ['test/adapters/http/download.test.ts'];

/** Whom the bytes of a result reach, and what reaches a page beside them. @type {readonly Mutant[]} */
export const mediaMutants = [
  {
    name: 'media: takes the key along to where a result is redirected',
    family: 'a key goes to its vendor only',
    file: 'src/adapters/http/download.ts',
    find: 'toTrustedUrl(target, origins) === undefined ? bare : authorized',
    replace: "target === '' ? bare : authorized",
    caughtBy: download,
  },
  {
    name: 'media: follows a redirect into a private network',
    family: 'a key goes to its vendor only',
    file: 'src/adapters/http/download.ts',
    find: "protocol === 'https:' && isPublicHost(hostname)",
    replace: "protocol === 'https:'",
    caughtBy: download,
  },
  {
    name: 'media: shows the result of another user',
    family: 'a job is its user’s alone',
    file: 'src/server/durable/jobs.ts',
    find: 'const { outcome, token } = toJobState(await toOwn(asked, id));',
    replace: 'const { outcome, token } = toJobState((await store.get(id)) as StoredJob);',
    caughtBy: media,
  },
  {
    name: 'media: keeps the bytes of a result in its row',
    family: 'no view and no row holds megabytes',
    file: 'src/server/media/named-media.ts',
    find: '(isMediaData(url) ? namedResult : url)',
    replace: 'url',
    caughtBy: media,
  },
  {
    name: 'media: sends a preview as text',
    family: 'no view and no row holds megabytes',
    file: 'src/server/media/named-media.ts',
    find: 'return { ...preview, url: namedPreview + name };',
    replace: 'return preview;',
    caughtBy: media,
  },
  {
    name: 'media: lets the vendor say that a result is a page',
    family: 'what a vendor sends runs nowhere',
    file: 'src/server/media/media-answer.ts',
    find: 'toMediaHeaders(name, toMediaType(type, unknownType))',
    replace: 'toMediaHeaders(name, type)',
    caughtBy: media,
  },
  {
    name: 'media: lets an svg run its scripts',
    family: 'what a vendor sends runs nowhere',
    file: 'src/server/media/media-answer.ts',
    find: "style-src 'unsafe-inline'; sandbox",
    replace: "style-src 'unsafe-inline'",
    caughtBy: media,
  },
  {
    name: 'media: ends a range a byte too early',
    family: 'a film can be sought',
    file: 'src/server/media/byte-range.ts',
    find: 'Math.min(Number(last) + 1, length)',
    replace: 'Math.min(Number(last), length)',
    caughtBy: media,
  },
  {
    name: 'media: takes a path of another job for its own result',
    family: 'a job is its user’s alone',
    file: 'src/adapters/remote-backend/answers.ts',
    find: 'return of === id ?',
    replace: 'return of ?',
    caughtBy: media,
  },
];
