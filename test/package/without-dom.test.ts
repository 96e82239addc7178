import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What React Native and servers lack, and pages have. */
const names = [
  ...['window', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'indexedDB', 'BroadcastChannel'],
  ...['EventSource', 'CustomEvent', 'MessageChannel', 'crypto', 'structuredClone', 'DOMException', 'performance'],
];

it.each(['generation-lifecycle', 'generation-lifecycle/adapters'])(
  '%s loads, and makes a machine, where a page has nothing of a browser',
  entry => {
    // The package itself, as `npm run build` has made it.
    const script = `
      for (const name of ${JSON.stringify(names)}) {
        Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + ' was read'); } });
        delete globalThis[name];
      }
      await import('${entry}');
      const { createGenerationMachine } = await import('generation-lifecycle');
      createGenerationMachine({ submit: async () => ({ job: { id: '1' } }), read: async () => ({ kind: 'pending' }) });
      console.log('loaded');`;
    const args = ['--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toBe('loaded\n');
  },
);
