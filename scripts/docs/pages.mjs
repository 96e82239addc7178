import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A page of the documentation. `path` is from the root. @typedef {{ path: string, text: string }} Page */
/**
 * One fenced block. `info` is all that stands behind the fence, `file` the name or the path it is given by the comment above it or in its
 * first line, `line` where its code begins.
 * @typedef {{ page: string, line: number, info: string, code: string, file: string | undefined }} Block
 */

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every page that is written for people, and the generated reference. @returns {Page[]} */
export function readPages() {
  const paths = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownIn('docs')];
  return paths.map(path => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));
}

/** @param {string} folder @returns {string[]} */
function markdownIn(folder) {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `${folder}/${name}`)
    .sort();
}

const fence = /^(?:<!-- (?<above>[\w./[\]+-]+\.(?:tsx?|mjs)) -->\n)?```(?<info>[^\n]*)\n(?<code>.*?)^```[ \t]*$/gms;

/** @param {Page} page @returns {Block[]} */
export function blocksOf({ path, text }) {
  return Array.from(text.matchAll(fence), ({ index, 0: whole, groups = {} }) => {
    const { above, info = '', code = '' } = groups;
    const file = above ?? /^\/\/ ([\w./[\]+-]+\.(?:tsx?|mjs))\n/.exec(code)?.[1];
    const before = text.slice(0, index) + (above ? whole.slice(0, whole.indexOf('\n') + 1) : '');
    return { page: path, line: before.split('\n').length + 1, info, code, file };
  });
}

/** The text without its code, line by line the same. @param {string} text */
export function withoutCode(text) {
  return text
    .replace(fence, block => block.replace(/[^\n]/g, ''))
    .replace(/(?<!`)(`+)(?!`)([^\n]*?)(?<!`)\1(?!`)/g, (_, _tick, code) => `\`${'·'.repeat(code.length)}\``);
}
