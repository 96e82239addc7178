import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../docs/pages.mjs';

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The source of each entry point that package.json names, by what users import. @type {Readonly<Record<string, string>>} */
export const entryPoints = Object.fromEntries(
  Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [[path.posix.join(manifest.name, entry), target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')]],
  ),
);

/** @typedef {ReadonlyMap<string, ts.SourceFile>} Sources */

/**
 * Every source file, parsed but not type-checked, by its path from the root. TypeScript 7 has no API, so TypeScript 6 parses
 * the files; to type-check them would take seconds, because of XState's types.
 * @returns {Sources}
 */
export function readSources() {
  const names = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = names.filter(name => name.endsWith('.ts')).map(name => `src/${name}`);
  return new Map(files.sort().map(file => [file, parse(file, readFileSync(path.join(root, file), 'utf8'))]));
}

/** The sources, with another text for one file. @param {Sources} sources @param {string} file @param {string} text @returns {Sources} */
export function withText(sources, file, text) {
  return new Map([...sources, [file, parse(file, text)]]);
}

/** @param {string} file @param {string} text */
function parse(file, text) {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/**
 * Each exported name of an entry point with its declarations (several if it is overloaded). Entry points name every
 * export, so this needs no type checker.
 * @param {Sources} sources
 */
export function exportsOf(sources) {
  return Object.entries(entryPoints).flatMap(([entryPoint, file]) =>
    (sources.get(file)?.statements ?? []).flatMap(statement => {
      if (!ts.isExportDeclaration(statement)) return [];
      const { exportClause, moduleSpecifier } = statement;
      if (!exportClause || !ts.isNamedExports(exportClause) || !moduleSpecifier || !ts.isStringLiteral(moduleSpecifier))
        throw new Error(`${file} has an export without names`);
      const from = path.posix.join(path.posix.dirname(file), moduleSpecifier.text.replace(/\.js$/, '.ts'));
      return exportClause.elements.map(({ name, propertyName }) => {
        const declarations = declarationsIn(sources.get(from), (propertyName ?? name).text);
        if (declarations.length === 0) throw new Error(`${file} exports ${name.text}, which is not in ${from}`);
        return { entryPoint, name: name.text, declarations };
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
export function locationOf(node) {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
