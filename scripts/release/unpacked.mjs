import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the package may have unpacked, in kB. docs/decisions/0062-the-size-of-the-package.md says why it is not less. */
const limitKb = 1_750;

/** @type {{ unpackedSize: number, files: readonly { path: string, size: number }[] }[]} */
const [packed = { unpackedSize: 0, files: [] }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  }),
);

/** @type {{ exports: Record<string, string | { default: string }> }} */
const { exports: entries } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** The folder of each entry point, the deepest first. */
const folders = Object.entries(entries)
  .flatMap(([name, entry]) =>
    typeof entry === 'string' ? [] : [{ name, folder: path.posix.dirname(entry.default).slice(2) }],
  )
  .sort((a, b) => b.folder.length - a.folder.length);

/** Whose folder a file is in. What several entry points share has no folder of its own. @param {string} file */
const ownerOf = file =>
  folders.find(({ folder }) => file.startsWith(`${folder}/`))?.name ??
  (file.startsWith('dist/') ? 'shared' : 'beside dist');

/** @type {Map<string, { scripts: number, declarations: number, other: number }>} */
const sizes = new Map();
for (const { path: file, size } of packed.files) {
  const owner = ownerOf(file);
  const row = sizes.get(owner) ?? { scripts: 0, declarations: 0, other: 0 };
  row[file.endsWith('.d.ts') ? 'declarations' : file.endsWith('.js') ? 'scripts' : 'other'] += size;
  sizes.set(owner, row);
}

const toKb = (/** @type {number} */ bytes) => (bytes / 1_000).toFixed(1);
const rows = [...sizes].sort(([, a], [, b]) => b.scripts + b.declarations - a.scripts - a.declarations);
console.log('| entry point | scripts, kB | declarations, kB |\n| --- | ---: | ---: |');
for (const [name, { scripts, declarations, other }] of rows)
  console.log(`| ${name} | ${toKb(scripts + other)} | ${toKb(declarations)} |`);
console.log(`\n${packed.files.length} files, ${toKb(packed.unpackedSize)} kB unpacked. The limit is ${limitKb} kB.`);
if (packed.unpackedSize > limitKb * 1_000) {
  console.error('The package has grown over its limit. Look at the table for what is new and does not belong there.');
  process.exitCode = 1;
}
