import { readFileSync } from 'node:fs';
import { root } from '../docs/pages.mjs';
import { guides, lookups } from './sections.mjs';

/** @param {string} file */
const read = file => readFileSync(`${root}/${file}`, 'utf8');

/** A section of a page, without its heading. @param {string} text @param {string} heading */
function section(text, heading) {
  const [, rest = ''] = text.split(`\n${heading}\n`);
  if (rest === '') throw new Error(`README.md has no "${heading}", which the texts for language models are made of.`);
  return rest.split(/\n#{1,2} /)[0]?.trim() ?? '';
}

/** Links of a page at the root, as a page in docs has them. @param {string} text */
const fromDocs = text => text.replace(/\]\(docs\//g, '](').replace(/\]\((examples|test)\//g, '](../$1/');

/** @param {string} text */
const withoutPictures = text => text.replace(/^\[?!\[.*\n/gm, '');

const entry = (/** @type {import('./sections.mjs').Entry} */ { text, link, about }) =>
  `- [${text}](${link})${about === '' ? '' : `: ${about}`}`;

const mark = 'Written by `npm run docs:models` from the README and the guides; do not edit.';

/**
 * What language models read first: what this is, and where each thing is said.
 *
 * @see https://llmstxt.org
 */
function toIndex() {
  const readme = read('README.md');
  const [title = '', intro = ''] = withoutPictures(readme).split('\n\n');
  return [
    title,
    '',
    `> ${intro.replaceAll('**', '').replaceAll('\n', ' ')}`,
    '',
    mark,
    '',
    '## Guides',
    '',
    ...guides().map(entry),
    '',
    '## Look up',
    '',
    ...lookups()
      .map(entry)
      .map(line => line.replace(/\]\((CONTRIBUTING|CHANGELOG)/, '](../$1')),
    '',
  ].join('\n');
}

/** How a coding assistant uses the library: what to install, what to write, what goes wrong, and which guide to open for what. */
function toSkill() {
  const readme = read('README.md');
  const use = section(readme, '## Use');
  return [
    '---',
    'name: generation-lifecycle',
    'description: Use when code waits for a slow, paid, remote generation (image, video, audio) from fal, Replicate, OpenAI, Google, Runway or another API, and has to follow it by a stream and by polling, survive reloads, and never pay twice.',
    '---',
    '',
    '# generation-lifecycle',
    '',
    mark,
    '',
    '## Install',
    '',
    fromDocs(section(readme, '## Install')),
    '',
    '## Use',
    '',
    fromDocs(use),
    '',
    '## What goes wrong without it, so do not write it by hand',
    '',
    fromDocs(section(readme, '## Why')),
    '',
    '## Which guide to open for what',
    '',
    ...guides().map(entry),
    '',
    '## What it cannot do',
    '',
    'Read [Limits](guide/limits.md) before you promise something to a user.',
    '',
  ].join('\n');
}

/** The files, by their path from the root. */
export const forModels = () => ({ 'docs/llms.txt': toIndex(), 'docs/skill.md': toSkill() });
