import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Answer, json, loopback } from '../../support/loopback.js';

const { signal } = new AbortController();
const batch: JobRef = { id: 'f1', files: ['f1', 'f2'] };
const single: JobRef = { id: 'f1' };
const url = 'https://cdn.test/1.png';
const done = (id: string, members: object = {}) => json({ id, url, ...members });
const pending = (id: string) => json({ id, url: null, tasks: [] });
const gone: Answer = { status: 404 };

/** A backend whose files answer as they are set. */
async function files(answers: Record<string, Answer>, job: JobRef = batch) {
  const { url: baseUrl, heard } = await loopback(({ path }) => answers[path.slice(-2)] ?? gone);
  const adapter = fileBackend({ kind: 'image', baseUrl });
  const read = (): Promise<JobUpdate<unknown>> => adapter.read(job, { signal });
  /** What so many reads say in the end: an update, or the error. */
  const readTimes = async (times: number) => {
    let last: unknown;
    for (let nth = 0; nth < times; nth += 1) last = await read().catch((error: unknown) => error);
    return last;
  };
  /** What kinds of updates so many reads bring. */
  const readKinds = async (times: number) => {
    const kinds = new Set<string>();
    for (let nth = 0; nth < times; nth += 1) kinds.add((await read()).kind);
    return [...kinds];
  };
  const readsOf = (id: string) => heard.filter(({ path }) => path.endsWith(id)).length;
  return { answers, read, readTimes, readKinds, readsOf };
}

/** The files of a batch that has succeeded without them. */
const failedFiles = (update: JobUpdate<unknown>) =>
  update.kind === 'succeeded' ? Object(update.output).failed : expect.unreachable(update.kind);

describe('a file that was seen done', () => {
  it('is not read again, until its url has expired', async () => {
    const expires_at = Date.now() + 3_600_000;
    const { answers, read, readsOf } = await files({ f1: done('f1', { expires_at }), f2: pending('f2') });
    await read();
    await read();
    expect(readsOf('f1')).toBe(1);
    vi.setSystemTime(expires_at);
    onTestFinished(() => void vi.useRealTimers());
    answers['f1'] = done('f1', { url: 'https://cdn.test/new.png' });
    answers['f2'] = done('f2');
    expect(await read()).toMatchObject({ output: { files: [{ url: 'https://cdn.test/new.png' }, { url }] } });
    expect(readsOf('f1')).toBe(2);
  });

  it('is remembered for a batch, and never for a single file', async () => {
    const { answers, read, readsOf } = await files({ f1: done('f1') }, single);
    await read();
    answers['f1'] = json({ id: 'f1', status: 'failed' });
    expect(await read()).toMatchObject({ kind: 'failed' });
    expect(readsOf('f1')).toBe(2);
  });
});

describe('a url that must not be loaded', () => {
  const script = (id: string) => json({ id, url: 'javascript:alert(1)' });

  it('of a single file is an answer that cannot be used', async () => {
    const { readTimes } = await files({ f1: script('f1') }, single);
    expect(await readTimes(1)).toMatchObject({
      code: 'invalid-response',
      message:
        'The read of job f1 failed: its URL is neither http(s) nor blob nor an image or video data URL, so it must not be shown. Check that the URL of the backend is right.',
    });
  });

  it('of a batch does not cost the other files', async () => {
    const { read } = await files({ f1: script('f1'), f2: done('f2') });
    expect(await read()).toMatchObject({
      kind: 'succeeded',
      output: { files: [{ id: 'f2' }], failed: [{ id: 'f1' }] },
    });
  });
});

describe('a file that is not found after all others have ended', () => {
  it('may be there soon, and is lost after 60 reads', async () => {
    const { read, readKinds } = await files({ f1: done('f1'), f2: gone });
    expect(await readKinds(59)).toEqual(['pending']);
    expect(failedFiles(await read())).toEqual([{ id: 'f2', message: 'the backend no longer has it' }]);
  });

  it('is no failure of a job of one file', async () => {
    const { readTimes } = await files({ f1: gone }, single);
    expect(await readTimes(70)).toMatchObject({ code: 'not-found' });
  });

  it('is counted anew once it was there', async () => {
    const { answers, readTimes, readKinds } = await files({ f1: done('f1'), f2: gone });
    await readTimes(59);
    answers['f2'] = pending('f2');
    await readTimes(1);
    answers['f2'] = gone;
    expect(await readKinds(59)).toEqual(['pending']);
  });

  it('is not counted while another is made', async () => {
    const { answers, readTimes, readKinds } = await files({ f1: pending('f1'), f2: gone });
    await readTimes(70);
    answers['f1'] = done('f1');
    expect(await readKinds(59)).toEqual(['pending']);
  });

  it('waits for the url of another, too', async () => {
    const { answers, readTimes, readKinds } = await files({ f1: json({ id: 'f1', status: 'completed' }), f2: gone });
    await readTimes(70);
    answers['f1'] = done('f1');
    expect(await readKinds(59)).toEqual(['pending']);
  });
});

describe('an error of one file, while the backend answers for the one that was seen done', () => {
  /** What the reads after the first one say, by which the first file was seen done. */
  async function saidAfter(answer: Answer, times: number, first: Answer = done('f1')) {
    const { answers, readTimes } = await files({ f1: done('f1'), f2: pending('f2') });
    await readTimes(1);
    answers['f1'] = first;
    answers['f2'] = answer;
    return readTimes(times);
  }

  it.each([
    ['a bad request', json({ error: 'No such size' }, 422)],
    ['one that is forbidden', { status: 403 }],
    ['one that is not found', gone],
  ])('is of that file at once: %s', async (_, answer) => {
    expect(await saidAfter(answer, 1)).toMatchObject({ kind: 'pending' });
  });

  it('is of the read at first, and of the file after two more', async () => {
    const broken: Answer = { status: 500 };
    expect(await saidAfter(broken, 2)).toMatchObject({ code: 'network' });
    expect(await saidAfter(broken, 3)).toMatchObject({ kind: 'pending' });
  });

  it.each([
    ['nobody is signed in', { status: 401 }],
    ['there are too many requests', { status: 429 }],
    ['it wants money', { status: 402 }],
    ['it has too much to do', json({ error: 'The queue is full' })],
  ])('is of the backend if %s', async (_, answer) => {
    expect(await saidAfter(answer, 4)).toBeInstanceOf(Error);
  });

  it('is told of the file once it is given up', async () => {
    const { answers, read, readTimes } = await files({ f1: done('f1'), f2: pending('f2') });
    await read();
    answers['f2'] = { status: 500 };
    await readTimes(9);
    const message = 'it may have been charged, but the backend answered 500 to 10 reads in a row';
    expect(failedFiles(await read())).toEqual([{ id: 'f2', message }]);
  });

  it.each<[string, Answer, Answer, Answer, boolean]>([
    ['two that are not found are not made yet, which nobody is asked', gone, gone, { status: 500 }, true],
    ['one of them is forbidden, and the backend is down', gone, { status: 403 }, { status: 500 }, false],
    ['one of them may be one of the backend', { status: 403 }, { status: 500 }, done('f1'), false],
  ])('counts each of two files: %s', async (_, second, third, first, isPending) => {
    const batchOfThree = { id: 'f1', files: ['f1', 'f2', 'f3'] };
    const start = { f1: done('f1'), f2: pending('f2'), f3: pending('f3') };
    const { answers, readTimes } = await files(start, batchOfThree);
    await readTimes(1);
    Object.assign(answers, { f1: first, f2: second, f3: third });
    const said = await readTimes(1);
    expect(said instanceof Error ? 'error' : said).toEqual(
      isPending ? expect.objectContaining({ kind: 'pending' }) : 'error',
    );
  });

  it('is of the backend if that does not answer for the other one either', async () => {
    expect(await saidAfter({ status: 403 }, 1, { status: 500 })).toBeInstanceOf(Error);
    expect(await saidAfter({ status: 403 }, 1, { status: 404 })).toMatchObject({ kind: 'pending' });
    expect(await saidAfter({ status: 403 }, 1, { status: 410 })).toMatchObject({ kind: 'pending' });
  });
});

describe('a read that is refused because of the file', () => {
  it.each([
    [json({ error: 'Not allowed', code: 'moderated' }, 422), 'moderated', 'Not allowed'],
    [{ status: 410 }, 'expired', 'its result has been deleted'],
    [json({ error: 'Kept for a day' }, 410), 'expired', 'Kept for a day'],
  ] satisfies [Answer, string, string][])('is its end: %j', async (answer, code, text) => {
    const { readTimes } = await files({ f1: answer }, single);
    expect(await readTimes(1)).toMatchObject({
      kind: 'failed',
      failure: { code, message: expect.stringContaining(`file f1: ${text}.`) },
    });
  });

  it('without a word has the status alone', async () => {
    const { readTimes } = await files({ f1: json({ success: false }) }, single);
    expect(await readTimes(3)).toHaveProperty('failure.message', expect.stringContaining('the backend answered 200.'));
  });

  it('with nothing certain in a 200 is one of the read twice, and then an end of which nobody is sure', async () => {
    const { readTimes } = await files({ f1: json({ success: false, error: 'Hm' }) }, single);
    expect(await readTimes(2)).toBeInstanceOf(Error);
    expect(await readTimes(1)).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'job-failed',
        resumable: true,
        retryable: false,
        message: 'Job f1 failed: file f1: Hm. It may still be running: resume it, which costs nothing.',
      },
    });
  });
});
