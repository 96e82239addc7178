import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { hookPages, pageNames } from '../support/hook-pages.js';
import { renderGuard } from '../support/render-guard.js';

const reads = {
  'Date.now()': () => Date.now(),
  'new Date()': () => new Date().toISOString(),
  'Math.random()': () => Math.random(),
  'performance.now()': () => performance.now(),
  'crypto.randomUUID()': () => crypto.randomUUID(),
  'crypto.getRandomValues()': () => crypto.getRandomValues(new Uint8Array(1)).length,
};

describe('a render on a server', () => {
  it.each(pageNames)('of %s reads neither clock nor chance', name => {
    const Page = renderGuard()(hookPages().pages[name]);
    expect(renderToString(<Page />)).toMatch(/^(idle|0)$/);
  });

  it.each(Object.entries(reads))('that reads %s is found', (name, read) => {
    const Page = renderGuard()(() => String(read()));
    expect(() => renderToString(<Page />)).toThrow(`A render has read ${name}.`);
  });
});
