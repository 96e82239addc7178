import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

/** What a compiled file imports or exports from its own package: `from './a.js'`, `import './a.js'`, `import("./a.js").A`. */
const specifier = /\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;

/**
 * The files that these lead to, themselves included. A declaration leads to declarations.
 *
 * @param {readonly string[]} files
 * @returns {ReadonlySet<string>}
 */
function reachedFrom(files) {
  /** @type {Set<string>} */
  const reached = new Set();
  const next = files.map(file => path.normalize(file));
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, target = ''] of text.matchAll(specifier)) {
      const script = path.join(path.dirname(file), target);
      next.push(file.endsWith('.d.ts') ? script.replace(/\.js$/, '.d.ts') : script);
    }
  }
  return reached;
}

/**
 * Takes out of a compiled package what its users cannot see: scripts keep no comments and no indentation, and what no entry
 * point leads to goes, which is most declarations. Names stay, and so do the docstrings of the declarations that are left.
 *
 * @param {string} folder of `package.json`
 */
export function shrink(folder) {
  const { exports: entries } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const starts = Object.values(entries).flatMap(entry =>
    typeof entry === 'string' ? [] : [entry.types, entry.default],
  );
  const reached = reachedFrom(starts.map(start => path.join(folder, start)));
  const dist = path.join(folder, 'dist');
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(dist, name);
    if (statSync(file).isDirectory()) continue;
    if (!reached.has(file)) rmSync(file);
    else if (file.endsWith('.js')) writeFileSync(file, toShort(readFileSync(file, 'utf8')));
  }
}

/** Lines stay short, so that a place in a stack trace says something. @param {string} script */
function toShort(script) {
  const options = { charset: 'utf8', legalComments: 'none', lineLimit: 120, minifyWhitespace: true, target: 'es2022' };
  return transformSync(script, /** @type {import('esbuild').TransformOptions} */ (options)).code;
}
