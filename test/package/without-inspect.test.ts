import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);
const isOptional = (name: string) => name === '@statelyai/inspect';

const script = `
import { createActor, toPromise } from 'xstate';
import { createGenerationMachine } from 'generation-lifecycle';
import { inspector } from 'generation-lifecycle/devtools';
import { scenarios, scripted } from 'generation-lifecycle/testing';

const watch = inspector({ url: 'ws://127.0.0.1:1' });
const machine = createGenerationMachine(scripted(scenarios.refusedSubmit()));
const actor = createActor(machine, { input: { id: 'generation-1' }, inspect: watch.inspect }).start();
actor.send({ type: 'GENERATE', input: {} });
const { status } = await toPromise(actor);
const refused: unknown = await watch.open().catch((error: unknown) => error);
console.log(JSON.stringify({ status, code: Reflect.get(Object(refused), 'code') }));
`;

/** A project that has installed the library, and not the package of the inspector. */
describe('the library without @statelyai/inspect', () => {
  let project = '';
  beforeAll(async () => {
    project = mkdtempSync(path.join(tmpdir(), 'without-inspect-'));
    const modules = path.join(project, 'node_modules');
    const library = path.join(modules, 'generation-lifecycle');
    mkdirSync(library, { recursive: true });
    cpSync(path.join(root, 'package.json'), path.join(library, 'package.json'));
    await run(process.execPath, [
      tsc,
      '-p',
      path.join(root, 'tsconfig.build.json'),
      '--outDir',
      path.join(library, 'dist'),
    ]);
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    for (const name of Object.keys({ ...dependencies, ...peerDependencies }).filter(name => !isOptional(name))) {
      mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
      symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name), 'dir');
    }
    writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(path.join(project, 'watch.ts'), script);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('type-checks, its declarations included, and says what to install without breaking the generation', async () => {
    const options = [
      '--strict',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      '',
      '--lib',
      'es2023,dom,dom.iterable,dom.asynciterable',
    ];
    await run(process.execPath, [tsc, ...options, 'watch.ts'], { cwd: project }).catch(({ stdout }) => {
      expect(stdout).toBe('');
    });
    const { stdout, stderr } = await run(process.execPath, ['watch.js'], { cwd: project });
    expect(JSON.parse(stdout)).toEqual({ status: 'failed', code: 'not-installed' });
    expect(stderr.match(/npm install --save-dev @statelyai\/inspect/g)).toHaveLength(1);
  });

  it('type-checks on a server with the types of Node and none of a page, its declarations included', async () => {
    const { exports: entries } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    // Those are for pages, or need a package of their own.
    const isForServers = (entry: string) =>
      !/package\.json|react|vue|svelte|solid|devtools|sqlite|postgres|opentelemetry|server\/(?:results|s3)|pg-boss|bullmq|ai-sdk/.test(
        entry,
      );
    const names = Object.keys(entries).filter(isForServers);
    const imports = names.map(entry => `import 'generation-lifecycle${entry.slice(1)}';`);
    writeFileSync(path.join(project, 'server.ts'), imports.join('\n'));
    mkdirSync(path.join(project, 'node_modules/@types'), { recursive: true });
    symlinkSync(path.join(root, 'node_modules/@types/node'), path.join(project, 'node_modules/@types/node'), 'dir');
    const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2023', '--types', 'node'];
    await run(process.execPath, [tsc, ...options, '--module', 'nodenext', 'server.ts'], { cwd: project }).catch(
      ({ stdout }) => expect(stdout).toBe(''),
    );
    expect(names).toContain('./adapters/fal');
  });
});
