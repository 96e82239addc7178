import { createGenerationClient, createGenerationMachine, type Failure, type JobPhase } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, indexedStore } from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';

// A page that shows how a film is made, in words, and keeps what it has said.

type Wish = { readonly prompt: string };
type Film = { readonly video: { readonly url: string } };

/** What the page has shown: its words, and how many films it has shown up to then. */
export type Said = { readonly at: number; readonly text: string; readonly films: number };

const films = createGenerationClient({
  name: 'films',
  generation: createGenerationMachine(remoteBackend<Wish, Film>({ baseUrl: '/api/generations/film', durable: true }), {
    environment: browserEnvironment(),
  }),
  toItems: ({ video }) => [{ url: video.url }],
  describe: ({ prompt }) => ({ prompt }),
  store: indexedStore({ name: 'films' }),
  locks: browserLocks(),
});

type Shown = {
  readonly status: string;
  readonly connection?: string | undefined;
  readonly phase?: JobPhase | undefined;
  readonly failure?: Failure | undefined;
};

function toWords({ status, connection, phase, failure }: Shown): string {
  if (status === 'submitting') return 'Sending your wish.';
  if (status === 'completed') return 'Here is your film.';
  if (status === 'failed') return `It failed: ${failure?.message}`;
  if (status === 'cancelled' || status === 'cancelling') return 'It was cancelled.';
  const what = { queued: 'Waiting in the queue', running: 'Your film is being made' };
  const known = phase ? what[phase] : 'Your wish was taken';
  return connection === 'open' ? `${known}.` : `${known}, as far as we know.`;
}

const button = Object.assign(document.createElement('button'), { textContent: 'Make a film' });
const words = document.createElement('p');
const screen = document.createElement('div');
document.body.append(button, words, screen);

const said: Said[] = [];
let shown = 0;
let ends = 0;
Object.assign(window, { said, endsTold: () => ends });

/** What stands on the page is kept, and not what was meant to stand there. */
new MutationObserver(changes => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof HTMLVideoElement) shown += 1;
  }
  const text = words.textContent ?? '';
  const last = said.at(-1);
  if (last?.text !== text || last.films !== shown) said.push({ at: Date.now(), text, films: shown });
}).observe(document.body, { childList: true, subtree: true, characterData: true });

films.on('generation.completed', () => {
  ends += 1;
});
const urls = new Set<string>();
films.subscribe(() => {
  const { generations, items } = films.getSnapshot();
  const [newest] = generations;
  const text = newest ? toWords(newest) : items.length > 0 ? 'Here is your film.' : 'No film yet.';
  if (words.textContent !== text) words.textContent = text;
  for (const { id, url } of items) {
    if (urls.has(id)) continue;
    urls.add(id);
    screen.append(Object.assign(document.createElement('video'), { src: url, muted: true, autoplay: true }));
  }
});
button.addEventListener('click', () => films.generate({ prompt: 'a lighthouse' }));
