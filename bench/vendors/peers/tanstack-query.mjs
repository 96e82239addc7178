import { environmentManager, MutationObserver, QueryClient, QueryObserver } from '@tanstack/query-core';

/** @import { Follow } from '../../peers/clients/client.types.js' */

// Without a window it would take this for a server, which refetches nothing.
environmentManager.setIsServer(() => false);
const queryClient = new QueryClient();
queryClient.mount();

/** @param {string} address @param {RequestInit} [init] */
async function ask(address, init) {
  const response = await fetch(address, init);
  if (!response.ok) throw new Error(`The backend answered ${response.status}.`);
  return response.json();
}

/** @type {Follow} */
const refetch = async ({ url, key, signal, deliver }) => {
  const submit = new MutationObserver(queryClient, {
    mutationFn: () =>
      ask(`${url}/file/-/api/generate/image`, { method: 'POST', body: JSON.stringify({ prompt: key }) }),
  });
  const { fileId } = await submit.mutate();
  const observer = new QueryObserver(queryClient, {
    queryKey: ['file', fileId],
    queryFn: query => ask(`${url}/file/-/api/file/${fileId}`, { signal: query.signal }),
    refetchInterval: query => (query.state.data?.url ? false : 2_000),
    notifyOnChangeProps: ['data'],
  });
  const unsubscribe = observer.subscribe(({ data }) => {
    if (data?.url) deliver(data.url);
  });
  signal.addEventListener('abort', () => {
    unsubscribe();
    void queryClient.cancelQueries({ queryKey: ['file', fileId] });
  });
};

export const clients = { 'tanstack query-core, 2 s': refetch };
