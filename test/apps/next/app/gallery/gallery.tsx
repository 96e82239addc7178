'use client';

import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, fileBackend, indexedStore, localStore } from 'generation-lifecycle/adapters';
import { useGenerations } from 'generation-lifecycle/react';

const generation = createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() });
const options = {
  generation,
  toItems: ({ files }: { readonly files: readonly { readonly url: string }[] }) => files.map(({ url }) => ({ url })),
  locks: browserLocks(),
};
const local = createGenerationClient({ ...options, name: 'local', store: localStore({ key: 'local' }) });
const indexed = createGenerationClient({ ...options, name: 'indexed', store: indexedStore({ name: 'indexed' }) });

export function Gallery() {
  const { items, generate } = useGenerations(local);
  const count = useGenerations(indexed, view => view.items.length);
  return (
    <button type="button" onClick={() => generate({ prompt: 'a lighthouse' })}>
      {`Generate: ${items.length} and ${count}`}
    </button>
  );
}
