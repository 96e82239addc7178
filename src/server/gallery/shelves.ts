import type { Asked } from '../level.js';
import { RequestRefusal } from '../request/refusal.js';
import type { RecordShelf } from '../store/record-store.js';

const maxIdLength = 700;

/** Control characters and halves of surrogate pairs are no text for every database, so pages send them escaped. */
const isStorable = (text: string): boolean => text.length <= maxIdLength && !/\p{Cc}|\p{Cs}/u.test(text);

/** @throws RequestRefusal with 400 */
export function toStorableText(text: unknown, what: string): string {
  if (typeof text === 'string' && text !== '' && isStorable(text)) return text;
  throw new RequestRefusal(
    400,
    'bad-input',
    `${what} is none. Nothing was written. Send a text of at most ${maxIdLength} characters, without control characters and lone surrogates.`,
  );
}

/** The list of the gallery in a request: that of its scope, or the one without a scope. */
export function toGalleryShelf({ request, backend, user }: Asked): RecordShelf {
  const scope = new URL(request.url).searchParams.get('scope');
  const shelf = scope === null ? 'gallery' : `gallery/${scope === '' ? '' : toStorableText(scope, 'The scope')}`;
  return { userId: user.id, backend: backend.name, shelf };
}

export const toLockShelf = ({ backend, user }: Asked): RecordShelf => ({
  userId: user.id,
  backend: backend.name,
  shelf: 'locks',
});
