import { createGenerationClient, createGenerationMachine, isGenerationError } from 'generation-lifecycle';
import { fileBackend, memoryStore } from 'generation-lifecycle/adapters';

/** Takes a path such as `Array.prototype.at` from this platform. */
function remove(path: string): void {
  const names = path.split('.');
  const name = names.pop() ?? '';
  let owner: object = globalThis;
  for (const part of names) owner = Reflect.get(owner, part);
  // A member of an object such as `crypto` is its class's.
  for (let holder: object | null = owner; holder; holder = Reflect.getPrototypeOf(holder))
    Reflect.deleteProperty(holder, name);
}

// Node loads its own `fetch` late, and that needs some of them.
await fetch('data:,');
const { MISSING = '', BACKEND = '', WITH_FILE } = process.env;
for (const path of MISSING.split(' ').filter(Boolean)) remove(path);

try {
  const client = createGenerationClient({
    name: 'pictures',
    generation: createGenerationMachine(fileBackend({ kind: 'image', baseUrl: BACKEND })),
    toItems: ({ files }) => files.map(({ url }) => ({ url })),
    store: memoryStore(),
  });
  const { items } = client.generate({ prompt: 'a lighthouse', ...(WITH_FILE && { file: new Blob(['a']) }) });
  console.log(JSON.stringify({ items: await items }));
} catch (error) {
  console.log(JSON.stringify(isGenerationError(error) ? { failure: error.failure } : { error: String(error) }));
}
process.exit(0);
