import { readFileSync } from 'node:fs';
import { root } from '../docs/pages.mjs';

/** A page as the table of contents names it. @typedef {{ text: string, link: string, about: string }} Entry */

const contents = 'docs/README.md';

/** @param {string} words */
const links = words =>
  Array.from(words.matchAll(/\[([^\]]+)\]\(([^)#]+)\)/g), ([, text = '', link = '']) => ({ text, link }));
const isPage = (/** @type {{ link: string }} */ { link }) => link.endsWith('.md');
const capital = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);

/** The guides, as the table in docs/README.md lists them. @returns {readonly Entry[]} */
export function guides() {
  const rows = readFileSync(`${root}/${contents}`, 'utf8').matchAll(/^\| (\[.+?) \| (.+?) \|$/gm);
  return Array.from(rows).flatMap(([, pages = '', about = '']) =>
    links(pages)
      .filter(isPage)
      .map(({ text, link }, at) => ({ text: capital(text.replaceAll('`', '')), link, about: at === 0 ? about : '' })),
  );
}

/** The pages to look something up, as the list in docs/README.md has them. @returns {readonly Entry[]} */
export function lookups() {
  const [, list = ''] = readFileSync(`${root}/${contents}`, 'utf8').split('## Look up');
  return links(list)
    .filter(isPage)
    .map(({ text, link }) => ({ text: capital(text), link: link.replace(/^\.\.\//, ''), about: '' }));
}
