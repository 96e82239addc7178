import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, withoutCode } from '../../scripts/docs/pages.mjs';
import { placeholdersIn } from '../../scripts/release/placeholders.mjs';
import { toPacked, toUnpacked } from '../../scripts/release/readme.mjs';

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

  it('has what is compiled, and one page', () => {
    const others = files.filter(file => !/^dist\/.*(?:\.js|\.d\.ts)$/.test(file));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  });
});

describe('newcomer A8: the README of the package', () => {
  const manifest = { homepage: 'https://github.com/somebody/generation-lifecycle#readme' };
  const readme = read('README.md');
  const packed = toPacked(readme, manifest);

  it('links to files that the repository has, by their whole address', () => {
    const links = [...withoutCode(packed).matchAll(/\]\(([^)\s]+)/g)].map(([, link = '']) => link);
    expect(links.filter(link => !/^https?:/.test(link))).toEqual([]);
    const ours = /^https:\/\/github\.com\/somebody\/generation-lifecycle\/(?<view>raw|blob)\/HEAD\/(?<file>[^#]+)/;
    const targets = links.flatMap(link => {
      const { view, file = '' } = ours.exec(link)?.groups ?? {};
      return view === undefined ? [] : [{ view, file }];
    });
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter(({ file }) => !existsSync(path.join(root, file)))).toEqual([]);
    // A picture that is shown is a file, and one that is opened is a page.
    const shown = targets.filter(({ view }) => view === 'raw').map(({ file }) => file);
    expect(shown).toEqual(['docs/first-minute.webp', 'docs/overview.svg']);
  });

  it('has the same code, and is put back after packing', () => {
    const codeOf = (text: string) => blocksOf({ path: 'README.md', text }).map(({ code }) => code);
    expect(codeOf(packed)).toEqual(codeOf(readme));
    expect(toUnpacked(packed, manifest)).toBe(readme);
    expect(toPacked(packed, manifest)).toBe(packed);
    const { prepack, postpack } = JSON.parse(read('package.json')).scripts;
    expect([prepack, postpack]).toEqual([
      expect.stringMatching(/release\/readme\.mjs --pack$/),
      expect.stringMatching(/release\/readme\.mjs$/),
    ]);
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
