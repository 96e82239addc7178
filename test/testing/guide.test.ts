import { readFileSync } from 'node:fs';
import { scenarios } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const guide = read('docs/guide/testing.md');
const blocks = Array.from(guide.matchAll(/```tsx?\n(.*?)```/gs), ([, code]) => code);

const examples = [
  'test/browser/guide/use-pictures.ts',
  'test/browser/guide/use-pictures.browser.test.tsx',
  'test/testing/guide/vendor-double.test.ts',
  'test/testing/guide/sleeping.test.ts',
  'test/testing/guide/checkout.test.ts',
  'test/testing/guide/own-rule.test.ts',
];

describe('the guide to testing', () => {
  it('shows only code that runs as a test, word for word', () => {
    expect(blocks).toEqual(examples.map(read));
  });

  it('describes every scenario', () => {
    const described = Array.from(
      guide.matchAll(/^\| `(\w+)` \| .* \| `(?:completed|failed)`.* \|$/gm),
      ([, name]) => name,
    );
    expect(described).toEqual(Object.keys(scenarios));
  });

  it('tests your hook in under 30 lines', () => {
    expect(read('test/browser/guide/use-pictures.browser.test.tsx').trim().split('\n').length).toBeLessThan(30);
  });
});
