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
 * What the reference is made from: what the sources say in public, and how it is made. What a function does inside is no part of it,
 * nor is what nobody outside sees, so that not each change of the sources asks for another reference. `pages` is what was made of it.
 * @param {Sources} sources
 */
export function fingerprint(sources) {
  const makers = ['pages', 'index-page'].map(name => read(path.join(root, `scripts/reference/${name}.mjs`)));
  const made = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'))
    : [];
  return {
    sources: hash([...saidInPublic(sources), ...makers]),
    pages: hash(made.sort().map(name => `${name}\n${read(path.join(folder, name))}`)),
  };
}

/** The public declarations, and the types that they name, and those that these name. @param {Sources} sources */
function saidInPublic(sources) {
  /** @type {Map<string, ts.Node[]>} */
  const types = new Map();
  for (const { statements } of sources.values()) {
    for (const statement of statements) {
      if (!ts.isTypeAliasDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) continue;
      types.set(statement.name.text, [...(types.get(statement.name.text) ?? []), statement]);
    }
  }
  const names = exportsOf(sources);
  const said = new Set(names.flatMap(({ declarations }) => declarations.map(withItsComment)));
  // A set is walked in the order of insertion, and what is added on the way is walked, too.
  for (const node of said)
    for (const [word] of textOf(node).matchAll(/\w+/g)) for (const type of types.get(word) ?? []) said.add(type);
  return [...names.map(({ entryPoint, name }) => `${entryPoint} ${name}`), ...[...said].map(textOf)];
}

/** Of a variable, the comment stands on its statement. @param {ts.Node} node */
function withItsComment(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

/** Why the reference has to be made anew, if it has. @param {Sources} sources @returns {string[]} */
export function staleReference(sources) {
  const now = fingerprint(sources);
  /** @type {ReturnType<typeof fingerprint>} */
  const kept = existsSync(notePath) ? JSON.parse(read(notePath)) : { sources: '', pages: '' };
  if (kept.sources !== now.sources) return ['docs/reference is older than the docstrings: npm run docs:reference'];
  return kept.pages === now.pages ? [] : ['docs/reference is not what was generated: npm run docs:reference'];
}

/** A statement without what it does inside. @param {ts.Node} node @returns {string} */
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
