import { createGenerationMachine, type ResumeToken, toResumeToken, viewGeneration } from 'generation-lifecycle';
import { browserEnvironment } from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createActor } from 'xstate';

// A page of the server half: what scripts/page-before.mjs builds from an earlier state of the library.

type Wish = { readonly prompt: string };
type Picture = { readonly images: readonly { readonly url: string }[] };

const backend = remoteBackend<Wish, Picture>({
  baseUrl: '/api/generations/image',
  durable: location.search === '?durable',
});
const machine = createGenerationMachine(backend, { environment: browserEnvironment() });
const button = document.createElement('button');
button.textContent = 'Generate';
const status = document.createElement('p');
const gallery = document.createElement('div');
document.body.append(button, status, gallery);

function follow(resume?: ResumeToken): void {
  const actor = createActor(machine, { input: { id: resume?.id ?? crypto.randomUUID(), resume } });
  actor.subscribe(snapshot => {
    const token = toResumeToken(snapshot);
    if (token) localStorage.setItem('token', JSON.stringify(token));
    const { status: state, failure, output } = viewGeneration(snapshot);
    status.textContent = [state, failure?.message].join(' ').trim();
    const images = (output?.images ?? []).map(({ url }) => Object.assign(new Image(), { src: url }));
    gallery.replaceChildren(...images);
  });
  actor.start();
  if (!resume) actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
}

const stored = localStorage.getItem('token');
if (stored !== null) follow(JSON.parse(stored));
button.addEventListener('click', () => follow());
