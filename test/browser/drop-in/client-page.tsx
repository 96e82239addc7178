import type { GeneratedImage, GeneratedVideo, ImageGenerator } from 'generation-lifecycle/react/drop-in';

/** A drop-in under names that do not say what it makes. */
export type PageClient = Pick<
  ImageGenerator,
  | 'generationStatus'
  | 'isGenerating'
  | 'connectionStatus'
  | 'clearCurrentGeneration'
  | 'forceCheckResults'
  | 'stopGeneration'
> & {
  readonly currentGeneration: GeneratedImage | GeneratedVideo | null;
  readonly items: readonly (GeneratedImage | GeneratedVideo)[];
  readonly generate: (prompt: string) => Promise<void>;
  readonly save: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly removeAll: () => void;
};

/** The gallery as pages of before had it: the current generation first, then the list without it, keyed by `id`. */
export function ClientPage({ useClient }: { readonly useClient: () => PageClient }) {
  const client = useClient();
  const { generationStatus, currentGeneration, items } = client;
  const gallery = [
    ...(currentGeneration ? [currentGeneration] : []),
    ...items.filter(({ id }) => id !== currentGeneration?.id),
  ];
  return (
    <main>
      <form
        onSubmit={event => {
          event.preventDefault();
          void client.generate(String(new FormData(event.currentTarget).get('prompt')));
        }}
      >
        <input name="prompt" aria-label="Prompt" />
        <button type="submit">Generate</button>
      </form>
      <button type="button" onClick={client.stopGeneration}>
        Stop
      </button>
      <button type="button" onClick={client.clearCurrentGeneration}>
        Clear
      </button>
      <button type="button" onClick={client.forceCheckResults}>
        Check
      </button>
      <button type="button" onClick={client.removeAll}>
        Remove all
      </button>
      <p role="status">{generationStatus.status}</p>
      <pre>{JSON.stringify({ ...generationStatus, connection: client.connectionStatus })}</pre>
      <ul aria-label="Gallery">
        {gallery.map(item => (
          <li key={item.id}>
            <span>{item.prompt}</span>
            <button type="button" onClick={() => client.save(item.id)}>
              Save
            </button>
            <button type="button" onClick={() => client.remove(item.id)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
