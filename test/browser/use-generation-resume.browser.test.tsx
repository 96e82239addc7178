import type { ResumeToken } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  input,
  job,
  modes,
  playedMachine,
  recordCallbacks,
  settle,
  shownPainter,
  succeeded,
} from '../support/painter.js';

const token: ResumeToken = {
  version: 1,
  id: 'generation-1',
  idempotencyKey: 'key-1',
  job,
  progress: 0.4,
  cancelRequested: false,
};

describe.each(modes)('resume with $mode', ({ Wrapper }) => {
  async function resumed(resume: ResumeToken) {
    const backend = playedMachine();
    const { reports, options } = recordCallbacks();
    const page = await shownPainter(Wrapper, { machine: backend.machine, options: { ...options, resume } });
    await settle();
    return { backend, reports, page };
  }

  it('resumes the job, submits nothing and reports its outcome once', async () => {
    const { backend, reports, page } = await resumed(token);
    // What a server would have rendered comes first.
    expect(page.renders[0]).toMatchObject({ id: '', status: 'idle' });
    expect(page.now()).toMatchObject({ id: 'generation-1', status: 'connecting', progress: 0.4, job });
    await settle(() => backend.stream().open());
    expect([backend.streams.length, backend.followerCount()]).toEqual([1, 1]);
    backend.stream().push(succeeded);
    await settle();
    expect(page.now()).toMatchObject({ id: 'generation-1', status: 'completed' });
    expect(reports).toEqual(['completed https://files.test/1.png']);
    expect(backend.submits).toEqual([]);
  });

  it('continues a requested cancel', async () => {
    const { backend, page } = await resumed({ ...token, cancelRequested: true });
    // StrictMode's second effects find the cancel of the first under way.
    expect(backend.cancels.length).toBe(1);
    backend.cancelCall().answer();
    await settle();
    expect(page.now()).toMatchObject({ id: 'generation-1', status: 'cancelled' });
  });

  it('is idle for a generation without a job, and submits with its original key', async () => {
    const { backend, page } = await resumed({ ...token, job: undefined });
    expect(page.now()).toMatchObject({ id: 'generation-1', status: 'idle' });
    await page.press(({ generate }) => generate(input));
    await settle();
    expect(backend.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-1']);
  });

  it('applies to the first machine only', async () => {
    const { backend, page } = await resumed(token);
    const other = playedMachine();
    await page.change({ machine: other.machine });
    await settle();
    expect(page.now().status).toBe('idle');
    expect([backend.followerCount(), other.calls().length]).toEqual([0, 0]);
  });

  it('waits until a hidden page is shown', async () => {
    const backend = playedMachine();
    const page = await shownPainter(Wrapper, { machine: backend.machine, options: { resume: token }, isHidden: true });
    await settle();
    expect(backend.calls()).toEqual([]);
    await page.change({ isHidden: false });
    expect(backend.followerCount()).toBe(1);
  });
});
