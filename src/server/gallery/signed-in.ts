import { toHash } from '../encoding.js';
import type { Asked } from '../level.js';
import { RequestRefusal } from '../request/refusal.js';

/** What a page knows its user by. It says nothing to anybody else. */
const toUserTag = async ({ user }: Asked): Promise<string> => (await toHash('gallery', user.id)).slice(0, 32);

/**
 * A page says for whom it writes, because somebody else may have signed in since it was opened.
 *
 * @throws RequestRefusal with 403
 */
export async function assertSignedIn(asked: Asked): Promise<string> {
  const tag = await toUserTag(asked);
  const expected = new URL(asked.request.url).searchParams.get('user');
  if (expected === null || expected === tag) return tag;
  throw new RequestRefusal(
    403,
    'unauthorized',
    'Somebody else is signed in than when this gallery was opened. Nothing was read or written. Open the page again, or give the client a scope for each user.',
  );
}
