import type { JobRef } from 'generation-lifecycle';
import { fileBackend, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, json, loopback } from '../../support/loopback.js';

const { signal } = new AbortController();
const job: JobRef = { id: 'f1' };

/** What a file with these members says about its job. */
const updateOf = (members: object) => toFileUpdates([{ id: 'f1', ...members }], [job]).get('f1');
/** Why it has failed, without the words around it. */
const failed = (text: string, members: object = {}) => ({
  kind: 'failed',
  failure: { message: expect.stringMatching(`^Job f1 failed: file f1: ${text}\\. `), ...members },
});

describe('a file whose content was refused', () => {
  it.each(['moderated', 'content_moderated', 'Content Moderated', 'flagged', 'nsfw'])('has the status %j', status => {
    expect(updateOf({ status })).toMatchObject(
      failed('the backend refused its content', { code: 'moderated', retryable: false }),
    );
  });

  it.each(['moderated_later', 'unflagged', 'flagged_once', 'nsfw_check', 'not_nsfw'])(
    'has not the status %j',
    status => {
      expect(updateOf({ status })).toMatchObject({ kind: 'pending' });
    },
  );

  it('may say so with a flag', () => {
    expect(updateOf({ flagged: true })).toMatchObject({ kind: 'failed' });
    expect(updateOf({ flagged: false })).toMatchObject({ kind: 'pending' });
  });

  it('or by an error that stands beside no status', () => {
    expect(updateOf({ error: 'Broken' })).toMatchObject(failed('Broken'));
    expect(updateOf({ error: 'Broken', status: 'running' })).toMatchObject({ kind: 'pending' });
  });
});

describe('a file that is gone', () => {
  it.each([{ status: 'expired' }, { status: 'deleted' }, { data_removed: true }])('of %j has expired', members => {
    expect(updateOf(members)).toMatchObject(failed('its result has been deleted', { code: 'expired', charged: 'yes' }));
    expect(updateOf({ ...members, error: 'Kept for a day' })).toMatchObject(
      failed('Kept for a day', { code: 'expired', charged: 'yes' }),
    );
  });
});

describe('the reason of a failed file', () => {
  it('is its error, and not the message of the last progress', () => {
    expect(updateOf({ status: 'failed', error: 'Broken', message: 'Painting' })).toMatchObject(failed('Broken'));
  });

  it('is its message, if there is no other', () => {
    expect(updateOf({ status: 'failed', message: 'No paint' })).toMatchObject(failed('No paint'));
    expect(updateOf({ status: 'failed', message: 7 })).toMatchObject(
      failed('a task of this file failed at the backend', { details: undefined }),
    );
  });

  it('is that of its failed tasks', () => {
    const tasks = [
      { status: 'completed', error: 'Once' },
      { status: 'error', error: 'Broken' },
      { status: 'error', file_id: 'f2', error: 'Theirs' },
    ];
    expect(updateOf({ tasks })).toMatchObject(failed('Broken'));
  });

  it('is a url that must not be loaded', () => {
    const files = ['f1', 'f2'].map(id => ({ id, url: 'javascript:alert(1)' }));
    const both = { id: 'f1', files: ['f1', 'f2'] };
    expect(toFileUpdates(files, [both]).get('f1')).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'job-failed',
        message: expect.stringContaining(
          'file f2: its URL is neither http(s) nor blob nor an image or video data URL, so it must not be shown.',
        ),
      },
    });
  });
});

describe('a cancel', () => {
  const both = { id: 'f1', files: ['f1', 'f2'] };
  const cancelled = (id: string): Answer => json({ id, status: 'cancelled' });

  /** What the cancel of a batch says, whose second file is answered like this. */
  async function cancelOf(second: Answer) {
    const { url: baseUrl } = await loopback(({ path }) => (path.endsWith('f1') ? cancelled('f1') : second));
    return fileBackend({ kind: 'image', baseUrl, canCancel: true }).cancel?.(both, { signal });
  }

  it('of a batch is done when all its files are cancelled', async () => {
    expect(await cancelOf(cancelled('f2'))).toMatchObject({ kind: 'cancelled' });
  });

  it.each([
    ['is accepted without a word', { status: 204 }],
    ['is answered with another file', cancelled('f3')],
  ])('of a batch is shown by a read when that of one file %s', async (_, second) => {
    expect(await cancelOf(second)).toEqual({ kind: 'changed' });
  });
});

it('has no window of its key, unless one is given', () => {
  expect(fileBackend({ kind: 'image' })).not.toHaveProperty('idempotencyWindowMs');
});
