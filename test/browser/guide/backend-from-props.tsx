// backend-from-props.tsx
import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, fileBackend, localStore } from 'generation-lifecycle/adapters';
import { useGeneration, useGenerations } from 'generation-lifecycle/react';
import { useMemo } from 'react';

type Props = { readonly baseUrl: string };

const createMachine = (baseUrl: string) =>
  createGenerationMachine(fileBackend({ kind: 'image', baseUrl }), { environment: browserEnvironment() });

export function Painter({ baseUrl }: Props) {
  const machine = useMemo(() => createMachine(baseUrl), [baseUrl]);
  const { status, generate } = useGeneration(machine);
  return (
    <button type="button" onClick={() => generate({ prompt: 'a lighthouse at dusk' })}>
      {status}
    </button>
  );
}

const createClient = (baseUrl: string) =>
  createGenerationClient({
    name: `pictures of ${baseUrl}`,
    generation: createMachine(baseUrl),
    toItems: ({ files }) => files.map(({ url }) => ({ url })),
    store: localStore({ key: `pictures of ${baseUrl}` }),
    locks: browserLocks(),
  });

const clients = new Map<string, ReturnType<typeof createClient>>();

/** The one client of the page for a backend. It outlives its components, so it is not kept in one of them. */
function clientOf(baseUrl: string) {
  const client = clients.get(baseUrl) ?? createClient(baseUrl);
  clients.set(baseUrl, client);
  return client;
}

export function Gallery({ baseUrl }: Props) {
  const { generations, generate } = useGenerations(clientOf(baseUrl));
  return (
    <button type="button" onClick={() => generate({ prompt: 'a lighthouse at dusk' })}>
      {generations.map(({ status }) => status).join()}
    </button>
  );
}
