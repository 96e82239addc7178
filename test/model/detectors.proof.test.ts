import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runDetector, runTests } from '../../scripts/mutants/detectors.mjs';
import { toMutantResult } from '../../scripts/mutants/run.mjs';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with one test file, of one test with this body, in which nothing waits for longer than 100 ms. */
function folderWith(body: string) {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'generation-lifecycle-'));
  folders.push(folder);
  symlinkSync(packages, path.join(folder, 'node_modules'), 'junction');
  mkdirSync(path.join(folder, 'test'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    path.join(folder, 'vitest.node.config.ts'),
    'export default { test: { expect: { poll: { timeout: 100 } } } };',
  );
  writeFileSync(
    path.join(folder, 'test/one.test.ts'),
    `import { expect, it, vi } from 'vitest';\nit('sees it', async () => { ${body} });`,
  );
  return folder;
}

describe('the verdict of a test file', () => {
  it.concurrent.each([
    { what: 'passes', body: 'expect(1).toBe(1);', kind: 'held' },
    { what: 'fails an assertion', body: 'expect(1).toBe(2);', kind: 'broken' },
    { what: 'polls in vain', body: 'await expect.poll(() => 1).toBe(2);', kind: 'timed-out' },
    { what: 'does not end', body: 'await new Promise(() => {});', kind: 'timed-out', testTimeoutMs: 2_000 },
    { what: 'throws', body: "throw new TypeError('no assertion');", kind: 'inconclusive' },
  ])('is $kind if its test $what', async ({ body, kind, testTimeoutMs }) => {
    const verdict = await runTests(folderWith(body), ['test/one.test.ts'], { testTimeoutMs });
    expect(verdict).toMatchObject({ kind });
  });

  it('is inconclusive if the file is missing', async () => {
    expect(await runTests(folderWith(''), ['test/one.test.ts', 'test/two.test.ts'])).toMatchObject({
      kind: 'inconclusive',
    });
  });

  it('is timed-out if the run does not end', async () => {
    expect(await runTests(folderWith('while (true);'), ['test/one.test.ts'], { timeoutMs: 3_000 })).toMatchObject({
      kind: 'timed-out',
    });
  });
});

describe('a fault that the compiler refuses', () => {
  const fault = { name: 'one', family: 'none', file: 'src/one.ts', find: '1', replace: "'1'", caughtBy: [] };

  it('is told with the words of the compiler, and no test runs, though it would fail', async () => {
    const folder = folderWith('expect(1).toBe(2);');
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'src/one.ts'), "export const one: number = '1';");
    const config = { compilerOptions: { noEmit: true, module: 'nodenext', types: [] }, include: ['src'] };
    writeFileSync(path.join(folder, 'tsconfig.build.json'), JSON.stringify(config));

    const { kind, evidence } = await runDetector(folder, ['test/one.test.ts']);
    expect(evidence).toMatch(/src\/one\.ts.*error TS2322/);
    expect(toMutantResult(fault, kind)).toBe('does not compile');
  });

  it('is neither caught nor survived, also if it would hang', () => {
    expect(toMutantResult({ ...fault, hangs: true }, 'not-compiled')).toBe('does not compile');
    expect(toMutantResult({ ...fault, hangs: true }, 'timed-out')).toBe('caught');
    expect(toMutantResult(fault, 'timed-out')).toBe('timed out');
    expect(toMutantResult(fault, 'inconclusive')).toBe('survived');
    expect(toMutantResult(fault, 'broken')).toBe('caught');
  });
});
