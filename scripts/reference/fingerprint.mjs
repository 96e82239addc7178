import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../docs/pages.mjs';
import { exportsOf } from './sources.mjs';

/** @typedef {import('./sources.mjs').Sources} Sources */

export const folder = path.join(root, 'docs/reference');
const noteName = '.made-from.json';
export const notePath = path.join(folder, noteName);

/**
 * Hashes of what the reference is generated from (public declarations and the generator) and of the generated pages. Function
 * bodies and private declarations are left out, so that changes there do not make the reference stale.
 * @param {Sources} sources
 */
export function fingerprint(sources) {
  const generators = ['pages', 'index-page'].map(name => read(path.join(root, `scripts/reference/${name}.mjs`)));
  const made = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'))
    : [];
  return {
    sources: hash([...publicTexts(sources), ...generators]),
    pages: hash(made.sort().map(name => `${name}\n${read(path.join(folder, name))}`)),
  };
}

/** The public declarations, and all types that they name, directly or indirectly. @param {Sources} sources */
function publicTexts(sources) {
  /** @type {Map<string, ts.Node[]>} */
  const types = new Map();
  for (const { statements } of sources.values()) {
    for (const statement of statements) {
      if (!ts.isTypeAliasDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) continue;
      types.set(statement.name.text, [...(types.get(statement.name.text) ?? []), statement]);
    }
  }
  const names = exportsOf(sources);
  const declared = new Set(names.flatMap(({ declarations }) => declarations.map(withItsComment)));
  // Iterating a set includes the entries that are added on the way.
  for (const node of declared)
    for (const [word] of textOf(node).matchAll(/\w+/g)) for (const type of types.get(word) ?? []) declared.add(type);
  return [...names.map(({ entryPoint, name }) => `${entryPoint} ${name}`), ...[...declared].map(textOf)];
}

/** The comment of a variable belongs to its statement. @param {ts.Node} node */
function withItsComment(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

/** Why the reference has to be generated again, if it has to. @param {Sources} sources @returns {string[]} */
export function staleReference(sources) {
  const now = fingerprint(sources);
  /** @type {ReturnType<typeof fingerprint>} */
  const recorded = existsSync(notePath) ? JSON.parse(read(notePath)) : { sources: '', pages: '' };
  if (recorded.sources !== now.sources) return ['docs/reference is older than the docstrings: npm run docs:reference'];
  return recorded.pages === now.pages ? [] : ['docs/reference is not what was generated: npm run docs:reference'];
}

/** The text of a statement without function bodies. @param {ts.Node} node @returns {string} */
function textOf(node) {
  /** @type {ts.Node[]} */
  const bodies = [];
  /** @param {ts.Node} inner */
  const collect = inner => {
    if (ts.isBlock(inner)) bodies.push(inner);
    else inner.forEachChild(collect);
  };
  collect(node);
  const full = node.getFullText();
  const from = node.getFullStart();
  return bodies.reduceRight(
    (text, body) => text.slice(0, body.getFullStart() - from) + text.slice(body.end - from),
    full,
  );
}

/** @param {string} file */
const read = file => readFileSync(file, 'utf8');

/** @param {readonly string[]} texts */
const hash = texts => createHash('sha256').update(texts.join('\0')).digest('hex');
