import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, withoutCode } from '../../scripts/docs/pages.mjs';
import { placeholdersIn } from '../../scripts/release/placeholders.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

describe('newcomer A8: the package', () => {
  let files: readonly string[];
  beforeAll(() => {
    const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 100_000_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    files = JSON.parse(told)[0].files.map(({ path: file }: { readonly path: string }) => file);
  });

  it('has every file that its pages link to', () => {
    const folders = new Set(files.flatMap(file => file.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))));
    const missing = files
      .filter(file => file.endsWith('.md'))
      .flatMap(file => {
        const links = [...withoutCode(read(file)).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link);
        return links
          .filter(link => !/^[a-z]+:/.test(link))
          .map(link => path.posix.join(path.posix.dirname(file), link).replace(/\/$/, ''))
          .filter(target => !files.includes(target) && !folders.has(target))
          .map(target => `${file} links to ${target}`);
      });
    expect(missing).toEqual([]);
  });

  it('has no sources, no maps, and no tests but one', () => {
    expect(files.filter(file => /\.map$|^(?:src|scripts|bench)\//.test(file))).toEqual([]);
    expect(files.filter(file => file.startsWith('test/'))).toEqual(['test/the-first-bug.test.ts']);
  });
});

it('newcomer A8: is not published while it does not say where it is', () => {
  const known = 'https://github.com/somebody/generation-lifecycle';
  const members = { repository: { url: known }, homepage: known, bugs: { url: `${known}/issues` } };
  expect(placeholdersIn(members)).toEqual([]);
  const unknown = 'https://example.com/OWNER/generation-lifecycle';
  expect(placeholdersIn({ ...members, repository: { url: unknown } })).toEqual(['repository']);
  expect(placeholdersIn({ ...members, bugs: undefined })).toEqual(['bugs']);
  expect(JSON.parse(read('package.json')).scripts.prepublishOnly).toContain('placeholders.mjs');
});

it('newcomer A7: is said to be unpublished where it is installed', () => {
  for (const page of ['README.md', 'docs/guide/start.md']) {
    const text = read(page);
    expect(text).toContain('not published yet');
    const install = blocksOf({ path: page, text }).find(({ code }) => code.includes('npm install'));
    expect(install?.code).toContain('.tgz');
  }
});
