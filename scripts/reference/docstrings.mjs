import ts from 'typescript';
import { exportsOf, locationOf } from './sources.mjs';

/** @typedef {import('./sources.mjs').Sources} Sources */
/** The code of one `@example`. @typedef {{ where: string, code: string }} Example */

/** How each public name is imported. @param {Sources} sources @returns {ReadonlyMap<string, string>} */
export function importsOf(sources) {
  return new Map(
    exportsOf(sources).map(({ name, entryPoint, declarations: [first] }) => {
      const isType = first && (ts.isInterfaceDeclaration(first) || ts.isTypeAliasDeclaration(first));
      return [name, `import { ${isType ? 'type ' : ''}${name} } from '${entryPoint}';`];
    }),
  );
}

/** Every `@example` of a public name or of one of its members. @param {Sources} sources @returns {Example[]} */
export function examplesOf(sources) {
  return exportsOf(sources).flatMap(({ declarations }) => declarations.flatMap(examplesIn));
}

/**
 * Missing docstrings of public names, missing examples of functions and classes, missing units of times and sizes.
 * @param {Sources} sources
 * @returns {string[]}
 */
export function docstringGaps(sources) {
  return exportsOf(sources).flatMap(({ entryPoint, name, declarations }) => {
    const where = `${declarations.map(locationOf)[0]} ${name} of ${entryPoint}`;
    const gaps = [];
    if (!declarations.some(hasSentence)) gaps.push(`${where} has no docstring`);
    if (declarations.some(isCalled) && !declarations.some(declaration => ownExamples(declaration).length > 0))
      gaps.push(`${where} has no @example`);
    return [...gaps, ...declarations.flatMap(declaration => unitlessIn(declaration))];
  });
}

/** @param {ts.Declaration} declaration */
function isCalled(declaration) {
  if (!ts.isVariableDeclaration(declaration))
    return ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration);
  return declaration.initializer !== undefined && ts.isArrowFunction(declaration.initializer);
}

/** @param {ts.Node} node */
function docOf(node) {
  return ts
    .getJSDocCommentsAndTags(node)
    .map(comment => comment.getText())
    .join('\n');
}

/** A tag alone does not count. @param {ts.Node} node */
function hasSentence(node) {
  return ts.getJSDocCommentsAndTags(node).some(comment => ts.isJSDoc(comment) && comment.comment !== undefined);
}

/** @param {ts.Node} node @returns {Example[]} */
function ownExamples(node) {
  return ts
    .getJSDocTags(node)
    .filter(({ tagName }) => tagName.text === 'example')
    .map(({ comment }) => ({ where: locationOf(node), code: ts.getTextOfJSDocComment(comment) ?? '' }));
}

/** @param {ts.Node} node @returns {Example[]} */
function examplesIn(node) {
  return [...ownExamples(node), ...childrenOf(node).flatMap(examplesIn)];
}

/** The children of a public declaration, without function bodies. @param {ts.Node} node */
function childrenOf(node) {
  /** @type {ts.Node[]} */
  const children = [];
  node.forEachChild(child => void children.push(child));
  return children.filter(child => !ts.isBlock(child) && !ts.isArrowFunction(child));
}

const isTimeOrSize =
  /^(at|ms)$|at$|(time|delay|wait|after|until|since|every|age|duration|interval|window|bytes|size|width|height|length|retry)/i;
const hasUnit = /(Ms|Bytes)$|^ms$/;
const mentionsUnit = /\b(ms|seconds?|minutes?|hours?|bytes|[KM]iB|kB|pixels?|Date\.now\(\)|how many|how often)/i;

/** The docstring of a member also counts for its own members. @param {ts.Node} node @param {string} [above] @returns {string[]} */
function unitlessIn(node, above = '') {
  const isMember = ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node);
  const name = isMember ? node.name.getText() : '';
  const doc = isMember ? above + docOf(node) : above;
  const isNumber = isMember && /^(readonly )?number(\[\])?( \| undefined)?$/.test(node.type?.getText() ?? '');
  const isUnclear = isNumber && isTimeOrSize.test(name) && !hasUnit.test(name) && !mentionsUnit.test(doc);
  const own = isUnclear ? [`${locationOf(node)} ${name} does not say its unit`] : [];
  return [...own, ...childrenOf(node).flatMap(child => unitlessIn(child, doc))];
}
