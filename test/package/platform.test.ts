import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSources, withText } from '../../scripts/reference/sources.mjs';
import { webApisIn } from '../../scripts/reference/web-apis.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = readSources();

/** The names in the first column of the tables of a guide. */
const listedIn = (markdown: string) =>
  [...markdown.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w$]+)(?:\.[\w$]+)?`/g)].map(([, name = '']) => name),
  );

describe('the platform', () => {
  it('S27: is listed in the guide with every API that the sources use, and no other', () => {
    const listed = listedIn(readFileSync(path.join(root, 'docs/guide/limits.md'), 'utf8'));
    expect([...new Set(listed)].sort()).toEqual(webApisIn(sources));
  });

  it('S27: is listed by what is used as a value, and not as a type', () => {
    const file = 'src/machines/json.ts';
    const code =
      'const a: Worker = x; new EventSource(y); globalThis.caches.open(z); b.history.back(); typeof Notification;';
    const changed = withText(sources, file, `${sources.get(file)?.text}\n${code}\n`);
    const before = webApisIn(sources);
    expect(webApisIn(changed).filter(name => !before.includes(name))).toEqual([
      'EventSource',
      'Notification',
      'caches',
    ]);
  });

  it('S27: needs no built-in that is newer than ES2021', () => {
    const compiler = path.join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
    const lib = 'es2021,es2022.error,dom,dom.iterable,dom.asynciterable';
    const args = [compiler, '-p', 'tsconfig.build.json', '--noEmit', '--lib', lib];
    expect(() => execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).not.toThrow();
  });

  it('S27: needs no method of the web that is newer than 2021', () => {
    const newer = /\.(throwIfAborted|canParse|randomUUID)\(|AbortSignal\.(any|timeout|abort)\(|URL\.parse\(/;
    const isCode = (line: string) => !/^\s*(\*|\/[/*])/.test(line);
    const found = [...sources].flatMap(([file, { text }]) =>
      text.split('\n').flatMap(line => (isCode(line) && newer.test(line) ? `${file}: ${line.trim()}` : [])),
    );
    expect(found).toEqual([]);
  });
});
