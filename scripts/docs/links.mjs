import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, withoutCode } from './pages.mjs';

/** @typedef {import('./pages.mjs').Page} Page */

/**
 * Every relative link, picture included, that leads to no file, and every anchor that leads to no heading. What is on the internet is not
 * asked for: a test must not fail because of somebody else's server.
 * @param {readonly Page[]} pages
 * @returns {string[]}
 */
export function brokenLinks(pages) {
  const anchors = new Map(pages.map(({ path: file, text }) => [file, anchorsOf(text)]));
  return pages.flatMap(({ path: file, text }) =>
    linksOf(text).flatMap(({ line, target }) => {
      if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
      const [to = '', anchor] = target.split('#');
      const found = to ? path.posix.join(path.posix.dirname(file), decodeURIComponent(to)) : file;
      const said = `${file}:${line} leads to ${target}`;
      if (found.startsWith('..') || !(anchors.has(found) || existsSync(`${root}/${found}`)))
        return [`${said}, which is not there`];
      if (!anchor || anchors.get(found)?.has(decodeURIComponent(anchor))) return [];
      return [`${said}, and ${found} has no such heading`];
    }),
  );
}

/** @param {string} text */
function linksOf(text) {
  return withoutCode(text)
    .split('\n')
    .flatMap((words, index) => {
      const inline = words.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g);
      const named = words.matchAll(/^\s*\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)/g);
      return Array.from([...inline, ...named], ([, target = '']) => ({ line: index + 1, target }));
    });
}

/** As GitHub makes them. @param {string} text */
function anchorsOf(text) {
  /** @type {Set<string>} */
  const anchors = new Set();
  for (const [, id = ''] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
  const prose = text.replace(/^```.*?^```[ \t]*$/gms, '');
  for (const [, heading = ''] of prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let unique = slug;
    for (let count = 1; anchors.has(unique); count++) unique = `${slug}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}
