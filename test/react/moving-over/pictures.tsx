import { createGenerationClient, createGenerationMachine, policyFor } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, fileBackend, localStore } from 'generation-lifecycle/adapters';
import { useGenerations } from 'generation-lifecycle/react';

const machine = createGenerationMachine(fileBackend({ kind: 'image' }), {
  policy: policyFor('image'),
  environment: browserEnvironment(),
});

export const pictures = createGenerationClient({
  name: 'pictures',
  generation: machine,
  toItems: ({ files }) => files.map(({ url, metadata }) => ({ url, prompt: metadata.prompt ?? '' })),
  describe: ({ prompt }) => ({ prompt }),
  store: localStore({ key: 'pictures', limit: 50 }),
  locks: browserLocks(),
});

function Progress({ id }: { readonly id: string }) {
  const progress = useGenerations(pictures, view => view.generations.find(one => one.id === id)?.progress);
  return <progress aria-label="Progress" value={progress ?? 0} />;
}

export function Pictures() {
  const { generations, items, generate, cancel, check, dismiss, remove } = useGenerations(pictures);
  return (
    <main>
      <button type="button" onClick={() => generate({ prompt: 'a lighthouse at dusk' })}>
        Generate
      </button>
      <ul aria-label="Under way">
        {generations.map(({ id, status, description, failure, isRunning, canResume }) => (
          <li key={id}>
            {String(description?.['prompt'])} {status} {failure?.message}
            {isRunning && <Progress id={id} />}
            {isRunning && (
              <button type="button" onClick={() => cancel(id)}>
                Cancel
              </button>
            )}
            {canResume && (
              <button type="button" onClick={() => check(id)}>
                Check again (free)
              </button>
            )}
            {isRunning || (
              <button type="button" onClick={() => dismiss(id)}>
                Dismiss
              </button>
            )}
          </li>
        ))}
      </ul>
      <ul aria-label="Gallery">
        {items.map(({ id, url, prompt }) => (
          <li key={id}>
            <img src={url} alt={prompt} />
            <button type="button" onClick={() => remove(id)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
