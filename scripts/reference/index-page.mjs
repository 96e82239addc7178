import { ReflectionKind } from 'typedoc';

/** `text` is the page's own. @typedef {{ entryPoint: string, page: string, text: string, module: import('typedoc').DeclarationReflection }} Page */

/** The order in which people look for things. */
const kinds = ['Function', 'Class', 'Variable', 'Interface', 'TypeAlias'];

/** All names on one page, each with its first sentence. @param {readonly Page[]} pages */
export function toIndexPage(pages) {
  const parts = pages.map(({ entryPoint, page, text, module: { children = [] } }) => {
    const names = kinds.flatMap(kind => children.filter(child => ReflectionKind[child.kind] === kind));
    const rows = names.map(child => {
      const title = `${child.name}${ReflectionKind[child.kind] === 'Function' ? '()' : ''}`;
      const anchor = new RegExp(`<a id="([^"]+)"></a>\\s+### ${title.replace('()', '\\(\\)')}\n`).exec(text)?.[1];
      if (!anchor) throw new Error(`${title} is not on ${page}`);
      return `| [\`${title}\`](${page}#${anchor}) | ${sentenceOf(child)} |`;
    });
    return [`## [${entryPoint}](${page})`, '', '| name | |', '| --- | --- |', ...rows, ''].join('\n');
  });
  const intro = `# Reference

Generated from the docstrings by \`npm run docs:reference\`; do not edit. Times are in ms and progress is 0..1, unless a name or its
text says otherwise. To learn how things go together, read the [guide](../README.md).
`;
  return [intro, ...parts].join('\n');
}

/** @param {import('typedoc').DeclarationReflection} child */
function sentenceOf({ comment, signatures = [] }) {
  const [said = comment] = signatures.map(signature => signature.comment).filter(Boolean);
  const words = (said?.summary ?? [])
    .map(part => part.text)
    .join('')
    .replace(/\s+/g, ' ');
  return (/^.*?[.:](?=\s|$)/.exec(words)?.[0] ?? words).replace(/:$/, '.').replaceAll('|', '\\|');
}
