import { useVideoGenerator, type VideoGenerator } from 'generation-lifecycle/react/drop-in';
import { act, Fragment } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { form, shownImages, withoutLocks } from '../support/drop-in-component.js';
import { testRoot } from '../support/painter.js';
import { jsonAnswer } from '../support/scheduled-wire.js';

type Sent = string | { readonly [field: string]: unknown };

/** A backend that refuses each submit, and keeps its body: the JSON, or the parts of a multipart body. */
function refusingBackend() {
  const bodies: Sent[] = [];
  const fetch = async (_: unknown, { body }: RequestInit = {}) => {
    bodies.push(body instanceof FormData ? Object.fromEntries(body) : JSON.parse(String(body)));
    return jsonAnswer({ error: 'no more' }, 402);
  };
  return { bodies, fetch };
}

/** What an image form sends, or the message of the refusal if nothing was sent. */
async function sentImage(fields: object): Promise<Sent> {
  const { bodies, fetch } = refusingBackend();
  const page = await shownImages(Fragment, [], { options: { fetch } });
  // As a page without types may call it.
  const generate = page.now().generateImage as (form: object) => Promise<void>;
  await page.press(() => generate({ prompt: 'dunes', ...fields }));
  await page.pass(0);
  return bodies[0] ?? page.now().generationStatus.message ?? '';
}

type VideoPageProps = {
  readonly options: Parameters<typeof useVideoGenerator>[0];
  readonly onRender: (page: VideoGenerator) => void;
};

function VideoPage({ options, onRender }: VideoPageProps) {
  onRender(useVideoGenerator(options));
  return null;
}

let videoPages = 0;

async function sentVideo(fields: object): Promise<Sent> {
  withoutLocks();
  const { bodies, fetch } = refusingBackend();
  const baseUrl = `https://videos-${++videoPages}.test`;
  const pages: VideoGenerator[] = [];
  await testRoot().render(<VideoPage options={{ baseUrl, fetch }} onRender={page => pages.push(page)} />);
  const generate = pages.at(-1)?.generateVideo as (form: object) => Promise<void>;
  await act(async () => {
    void generate({ prompt: 'waves', ...fields });
    await vi.advanceTimersByTimeAsync(0);
  });
  return bodies[0] ?? pages.at(-1)?.generationStatus.message ?? '';
}

describe('the form of a drop-in', () => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers();
  });
  afterEach(() => void vi.useRealTimers());

  it.each([
    '16:9',
    '9:16',
    '1:1',
    '2.39:1',
    '16x9',
    '4×3',
    '21*9',
    '16/9',
    '1024:768',
    '720p',
    '1080p',
    '2K',
    '4K',
    'auto',
    'landscape_16_9',
    '1920x1080 (16:9)',
    '0x0',
    '512.5x512',
    '2 x 1024 x 768',
  ])('S22: sends the resolution %s as the form says it, and not as pixels', async resolution => {
    expect(await sentImage({ resolution })).toEqual({ prompt: 'dunes', resolution, chatId: 'image-generator-tool' });
    expect(await sentVideo({ resolution })).toMatchObject({ resolution });
  });

  it.each([
    '1024x768',
    '1024X768',
    '1024*768',
    '1024×768',
    ' 1024 x 768 ',
    '1024 × 768 px',
    '1024px*768px',
    '1024х768',
    { width: 1024, height: 768 },
    { width: '1024', height: ' 768 ' },
  ])('S22: sends the resolution %o of an image as its two numbers', async resolution => {
    expect(await sentImage({ resolution })).toMatchObject({ resolution: { width: 1024, height: 768 } });
  });

  it.each([
    { resolution: '1024*768', sent: '1024*768' },
    { resolution: ' 1280x720 ', sent: '1280x720' },
    { resolution: { width: 1280, height: 720 }, sent: '1280x720' },
    { resolution: { width: '1280', height: '720' }, sent: '1280x720' },
    { resolution: { name: '720p' }, sent: '720p' },
  ])('S22: sends the resolution $resolution of a video as the text $sent', async ({ resolution, sent }) => {
    expect(await sentVideo({ resolution })).toMatchObject({ resolution: sent });
  });

  it.each([
    { given: '5', sent: 5 },
    { given: '5.0', sent: 5 },
    { given: ' 24 ', sent: 24 },
    { given: '-1', sent: -1 },
    { given: '9007199254740991', sent: 9_007_199_254_740_991 },
    { given: '9007199254740993', sent: '9007199254740993' },
    { given: ' 9007199254740993.0 ', sent: '9007199254740993' },
    { given: '-18446744073709551615', sent: '-18446744073709551615' },
    { given: 9_007_199_254_740_993n, sent: '9007199254740993' },
    { given: 7n, sent: 7 },
    { given: 0, sent: 0 },
  ])('S22: sends the seed $given as $sent, in JSON and in multipart', async ({ given, sent }) => {
    const file = new File(['x'], 'start.png', { type: 'image/png' });
    expect(await sentImage({ seed: given })).toMatchObject({ seed: sent });
    expect(await sentImage({ seed: given, file })).toMatchObject({ seed: String(sent), prompt: 'dunes' });
    expect(await sentVideo({ seed: given })).toMatchObject({ seed: sent });
  });

  it.each([undefined, null, '', '   ', Number.NaN])('S22: leaves out each optional field that is %o', async blank => {
    const names = ['model', 'resolution', 'style', 'shotSize', 'chatId', 'seed', 'negativePrompt'];
    const blanks = (more: readonly string[]) => Object.fromEntries([...names, ...more].map(name => [name, blank]));
    expect(await sentImage(blanks(['steps', 'batchSize']))).toEqual({
      prompt: 'dunes',
      chatId: 'image-generator-tool',
    });
    expect(await sentVideo(blanks(['duration', 'frameRate', 'generationType']))).toEqual({
      prompt: 'waves',
      chatId: 'video-generator-tool',
      generationType: 'text-to-video',
    });
  });

  it('S22: leaves out a blank size, blank choices, and the file of an input without a choice', async () => {
    const blank = {
      resolution: { width: '', height: Number.NaN },
      model: { name: ' ' },
      style: { id: '' },
      file: new File([], ''),
    };
    expect(await sentImage(blank)).toEqual({ prompt: 'dunes', chatId: 'image-generator-tool' });
    expect(await sentVideo(blank)).toMatchObject({ generationType: 'text-to-video' });
  });

  it('S22: sends a choice by the member that its route takes', async () => {
    const choices = { model: { id: 'm-1', name: 'flux' }, style: { id: 's-1', name: 'Photo' }, shotSize: { id: 7 } };
    expect(await sentImage(choices)).toMatchObject({
      model: { name: 'flux' },
      style: { id: 's-1' },
      shotSize: { id: '7' },
    });
    expect(await sentVideo(choices)).toMatchObject({ model: 'flux', style: 's-1', shotSize: '7' });
  });

  it.each([
    { fields: { seed: 'seven' }, named: 'seed must be a whole number' },
    { fields: { seed: 9_007_199_254_740_992 }, named: 'beyond 2^53 as a string' },
    { fields: { seed: '7,5' }, named: 'seed must be a whole number' },
    { fields: { seed: '0x10' }, named: 'seed must be a whole number' },
    { fields: { steps: 'many' }, named: 'steps must be a number' },
    { fields: { steps: Number.POSITIVE_INFINITY }, named: 'steps must be a number' },
  ])('S22: sends nothing for $fields, and names the field', async ({ fields, named }) => {
    expect(await sentImage(fields)).toContain(named);
  });

  it('S22: shows a ratio in the settings of the item', async () => {
    const submit = () => jsonAnswer({ success: true, fileId: 'file-1', url: 'https://files.test/1.png' });
    const page = await shownImages(Fragment, [{ submit }]);
    await page.press(({ generateImage }) => generateImage({ ...form, resolution: '16:9' }));
    await page.pass(0);
    expect(page.now().generatedImages).toMatchObject([{ settings: { resolution: '16:9' } }]);
  });
});
