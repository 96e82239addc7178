import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../docs/pages.mjs';

/** @type {Readonly<Record<string, string>>} */
export const doors = {
  'generation-lifecycle': 'src/machines/index.ts',
  'generation-lifecycle/adapters': 'src/adapters/index.ts',
  'generation-lifecycle/react': 'src/react/index.ts',
  'generation-lifecycle/testing': 'src/testing/index.ts',
};

/** @typedef {ReadonlyMap<string, ts.SourceFile>} Sources */

/**
 * Every source, parsed and not checked, by its path from the root. TypeScript 7 has no programming interface, so it is 6 that
 * parses; a whole program of it takes seconds, because XState's types do.
 * @returns {Sources}
 */
export function readSources() {
  const names = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = names.filter(name => name.endsWith('.ts')).map(name => `src/${name}`);
  return new Map(files.sort().map(file => [file, parse(file, readFileSync(path.join(root, file), 'utf8'))]));
}

/** The sources with another text in one. @param {Sources} sources @param {string} file @param {string} text @returns {Sources} */
export function withText(sources, file, text) {
  return new Map([...sources, [file, parse(file, text)]]);
}

/** @param {string} file @param {string} text */
function parse(file, text) {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/**
 * Each name that a door lets out, with its declarations: several where it is overloaded. Doors name all that they let out, so that
 * no checker is needed to find it.
 * @param {Sources} sources
 */
export function exportsOf(sources) {
  return Object.entries(doors).flatMap(([door, file]) =>
    (sources.get(file)?.statements ?? []).flatMap(statement => {
      if (!ts.isExportDeclaration(statement)) return [];
      const { exportClause, moduleSpecifier } = statement;
      if (!exportClause || !ts.isNamedExports(exportClause) || !moduleSpecifier || !ts.isStringLiteral(moduleSpecifier))
        throw new Error(`${file} lets out what it does not name`);
      const from = path.posix.join(path.posix.dirname(file), moduleSpecifier.text.replace(/\.js$/, '.ts'));
      return exportClause.elements.map(({ name, propertyName }) => {
        const declarations = declarationsIn(sources.get(from), (propertyName ?? name).text);
        if (declarations.length === 0) throw new Error(`${file} lets ${name.text} out, which is not in ${from}`);
        return { door, name: name.text, declarations };
      });
    }),
  );
}

/** @param {ts.SourceFile | undefined} source @param {string} name @returns {ts.Declaration[]} */
function declarationsIn(source, name) {
  return (source?.statements ?? []).flatMap(
    /** @returns {ts.Declaration[]} */ statement => {
      if (ts.isVariableStatement(statement))
        return statement.declarationList.declarations.filter(declared => declared.name.getText() === name);
      const isNamed =
        ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement);
      return isNamed && statement.name?.text === name ? [statement] : [];
    },
  );
}

/** `file:line`. @param {ts.Node} node */
export function placeOf(node) {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
