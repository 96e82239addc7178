import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPages, root } from '../docs/pages.mjs';
import { plotsOf, withPlots } from './plots.mjs';

/** Where the pages are that the site is made of. */
export const staged = path.join(root, 'scripts/site/pages');

const outside = ['CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE'];

/** Of a page of the repository, the page of the site. @param {string} file */
const toPlace = file => {
  if (file === 'README.md') return 'about.md';
  return file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
};

/**
 * A link as the site has it. What is no page of the site, such as a test, is named and not linked.
 *
 * @param {string} from the page, from the root of the repository
 * @param {string} target
 * @param {string} words
 */
function toLink(from, target, words) {
  if (/^(?:[a-z][a-z+.-]*:|#)/i.test(target)) return `[${words}](${target})`;
  const [to = '', anchor] = target.split('#');
  const file = path.posix.join(path.posix.dirname(from), to).replace(/\/$/, '');
  const isPage = file.endsWith('.md') || file === 'LICENSE';
  if (file === 'docs/decisions') return `[${words}](/decisions/)`;
  if (!isPage && !/^docs\/.*\.(?:svg|png|mmd|webp)$/.test(file)) return words;
  if (isPage && !file.startsWith('docs/') && file !== 'README.md' && !outside.includes(file)) return words;
  return `[${words}](/${toPlace(file)}${anchor === undefined ? '' : `#${anchor}`})`;
}

// A picture may be the words of a link, and comes first.
const picture = /!\[([^\]]*)\]\(([^)\s]+)\)/g;
const link = /(?<!!)\[((?:[^[\]]|!\[[^\]]*\]\([^)]*\)|\[[^\]]*\])*)\]\(([^)\s]+)\)/g;
/** Code stays as it is: a character of the private area stands for each block. */
const fence = /^```.*?^```[ \t]*$/gms;

/** @param {string} from @param {string} text */
function toPage(from, text) {
  /** @type {string[]} */
  const blocks = [];
  const prose = text.replace(fence, block => `\ue000${blocks.push(block) - 1}\ue000`);
  const linked = prose
    .replace(picture, (_, words, target) => `!${toLink(from, target, words)}`)
    .replace(link, (_, words, target) => toLink(from, target, words));
  return linked.replace(/\ue000(\d+)\ue000/g, (_, at) => blocks[Number(at)] ?? '');
}

/** Decisions have no page of their own that lists them. @param {readonly { path: string, text: string }[]} pages */
function toDecisions(pages) {
  const rows = pages
    .filter(({ path: file }) => file.startsWith('docs/decisions/'))
    .map(({ path: file, text }) => `- [${/^# (.+)$/m.exec(text)?.[1] ?? file}](./${path.basename(file)})`);
  return ['# Decisions', '', 'One short record each.', '', ...rows, ''].join('\n');
}

/** @param {string} place within the site @param {string} text */
function write(place, text) {
  const file = path.join(staged, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Copies the documentation to where the site is built from, with links that lead to its own pages, and the drawings of its tables. */
export function stage() {
  rmSync(staged, { recursive: true, force: true });
  const pages = readPages();
  for (const { path: file, text } of pages) {
    const plots = plotsOf(file, text);
    write(toPlace(file), withPlots(toPage(file, text), plots));
    for (const { name, svg } of plots) write(`public/plots/${name}.svg`, svg);
  }
  write('decisions/index.md', toDecisions(pages));
  write('LICENSE.md', `# License\n\n\`\`\`text\n${readFileSync(path.join(root, 'LICENSE'), 'utf8')}\`\`\`\n`);
  cpSync(path.join(root, 'docs'), path.join(staged, 'public'), {
    recursive: true,
    filter: from => !/\.\w+$/.test(path.basename(from)) || /\.(?:svg|png|mmd|webp|txt)$/.test(from),
  });
  return staged;
}
