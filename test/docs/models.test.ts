import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/docs/pages.mjs';
import { forModels } from '../../scripts/site/for-models.mjs';
import { guides } from '../../scripts/site/sections.mjs';

describe('the texts for language models', () => {
  it.each(Object.entries(forModels()))('are as new as the guides: %s', (file, text) => {
    expect(readFileSync(`${root}/${file}`, 'utf8'), 'Run npm run docs:models.').toBe(text);
  });

  it('name every guide', () => {
    const links = guides().map(({ link }) => link);
    expect(links).toContain('guide/start.md');
    for (const text of Object.values(forModels())) for (const link of links) expect(text).toContain(`](${link})`);
  });
});
