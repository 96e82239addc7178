'use client';

import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, localStore } from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { useGenerations } from 'generation-lifecycle/react';
import type { Picture, Wish } from '@/lib/image';

const backend = remoteBackend<Wish, Picture>({ baseUrl: '/api/generations/image', durable: true });

const pictures = createGenerationClient({
  name: 'pictures',
  generation: createGenerationMachine(backend, { environment: browserEnvironment() }),
  toItems: ({ images }, { description }) => images.map(({ url }) => ({ url, prompt: String(description?.prompt) })),
  describe: ({ prompt }) => ({ prompt }),
  store: localStore({ key: 'pictures' }),
  locks: browserLocks(),
});

export function Painter({ isDouble }: { isDouble: boolean }) {
  const { generations, items, generate, cancel, dismiss, remove } = useGenerations(pictures);
  return (
    <main>
      <h1>Pictures</h1>
      {isDouble && <p>There is no FAL_KEY: a double of fal draws on this machine, and costs nothing.</p>}
      <form
        onSubmit={event => {
          event.preventDefault();
          generate({ prompt: String(new FormData(event.currentTarget).get('prompt')) });
        }}
      >
        <label>
          Prompt <input name="prompt" defaultValue="a lighthouse" required />
        </label>{' '}
        <button type="submit">Generate</button>
      </form>
      <ul aria-label="Generations">
        {generations
          .filter(({ status }) => status !== 'completed')
          .map(({ id, status, description, progress, failure, isRunning, canCancel }) => (
            <li key={id}>
              {String(description?.prompt)}: {status} {failure?.message}{' '}
              {isRunning && <progress aria-label={`Progress of ${description?.prompt}`} value={progress} />}{' '}
              {canCancel && (
                <button type="button" onClick={() => cancel(id)}>
                  Cancel
                </button>
              )}
              {(failure || status === 'cancelled') && (
                <button type="button" onClick={() => dismiss(id)}>
                  Dismiss
                </button>
              )}
            </li>
          ))}
      </ul>
      <ul aria-label="Pictures">
        {items.map(({ id, url, prompt }) => (
          <li key={id}>
            {/* biome-ignore lint/performance/noImgElement: the server half serves it, to its user only. */}
            <img src={url} alt={prompt} />
            <button type="button" aria-label={`Delete ${prompt}`} onClick={() => remove(id)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
