import { readFileSync } from 'node:fs';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { PlainPainter } from './guide/plain-painter.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the machine with @xstate/react alone', () => {
  it('is in the guide to React, word for word', () => {
    const blocks = Array.from(read('docs/guide/react.md').matchAll(/```tsx\n(.*?)```/gs), ([, code]) => code);
    expect(blocks).toContain(read('test/docs/guide/plain-painter.tsx'));
  });

  it('is idle on a server', () => {
    expect(renderToString(<PlainPainter onPicture={() => {}} />)).toContain('aria-label="idle"');
  });
});
