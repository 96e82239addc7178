import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// Builds the page of test/browser/page-before from the library at another commit, and keeps it in the repository: a fresh clone may have no
// history, and a page of long ago has to go on, too, not only that of the last commit.

const root = fileURLToPath(new URL('..', import.meta.url));
const target = path.join(root, 'test/browser/page-before');
const [commit] = process.argv.slice(2);

/** @param {readonly string[]} args */
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

if (!commit) throw new Error('Name the commit to build from: npm run page:before -- HEAD~1');
const name = git('show', '--no-patch', '--format=%h of %as, %s', commit);
// Within the repository, so that the dependencies are found.
const folder = path.join(root, `node_modules/.page-before-${process.pid}`);
mkdirSync(folder, { recursive: true });
try {
  const archive = path.join(folder, 'src.tar');
  git('archive', `--output=${archive}`, commit, 'src');
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  const src = (/** @type {string} */ file) => path.join(folder, 'src', file);
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    root,
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: [
        { find: /^generation-lifecycle$/, replacement: src('machines/index.ts') },
        { find: /^generation-lifecycle\/(.+)$/, replacement: `${src('$1')}/index.ts` },
      ],
    },
    build: {
      write: false,
      minify: true,
      lib: { entry: path.join(target, 'main.ts'), formats: ['iife'], name: 'page' },
    },
  });
  const [output] = [built].flat();
  const [chunk] = output && 'output' in output ? output.output : [];
  if (!chunk) throw new Error('Vite returned no output.');
  writeFileSync(
    path.join(target, 'page.js'),
    `// Built from ${name}. Write it anew: npm run page:before -- <commit>\n${chunk.code}`,
  );
  console.log(`test/browser/page-before/page.js is built from ${name}.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
