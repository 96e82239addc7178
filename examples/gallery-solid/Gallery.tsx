/** @jsxImportSource solid-js */
import { isExpired } from 'generation-lifecycle';
import { type UseGenerationsReturn, useGenerations, useTimeLeft } from 'generation-lifecycle/solid';
import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import type { Picture, Wish } from '../gallery/demo-backend.js';
import { type Generation, pictures, promptOf } from '../gallery/pictures.js';

type ActionProps = { readonly name: string; readonly prompt: string; readonly onClick: () => void };

const Action = (props: ActionProps) => (
  <button type="button" aria-label={`${props.name} ${props.prompt}`} onClick={() => props.onClick()}>
    {props.name}
  </button>
);

type RowProps = { readonly generation: Generation; readonly gallery: UseGenerationsReturn<Wish, Picture, unknown> };

function Row(props: RowProps) {
  const timeLeft = useTimeLeft(() => props.generation);
  const text = () => promptOf(props.generation);
  const isEnded = () => !props.generation.isRunning && props.generation.status !== 'queued';
  return (
    <li>
      <span>
        {text()}: {props.generation.status} {timeLeft.text}
      </span>
      <Show when={props.generation.isRunning}>
        <progress aria-label={`Progress of ${text()}`} value={props.generation.progress ?? 0} />
      </Show>
      <Show when={props.generation.failure}>{failure => <span>{failure().message}</span>}</Show>
      <Show when={props.generation.canCancel}>
        <Action name="Cancel" prompt={text()} onClick={() => props.gallery.cancel(props.generation.id)} />
      </Show>
      <Show when={props.generation.canResume}>
        <Action name="Resume" prompt={text()} onClick={() => props.gallery.resume(props.generation.id)} />
      </Show>
      <Show when={props.generation.canRetry}>
        <Action name="Retry" prompt={text()} onClick={() => props.gallery.retry(props.generation.id)} />
      </Show>
      <Show when={isEnded()}>
        <Action name="Dismiss" prompt={text()} onClick={() => props.gallery.dismiss(props.generation.id)} />
      </Show>
    </li>
  );
}

export function Gallery() {
  const gallery = useGenerations(pictures);
  const [prompt, setPrompt] = createSignal('a lighthouse');
  const [now, setNow] = createSignal(0);
  onMount(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    onCleanup(() => clearInterval(timer));
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    gallery.generate({ prompt: prompt() });
  };

  return (
    <main>
      <h1>Pictures</h1>
      <form onSubmit={submit}>
        <label>
          Prompt <input value={prompt()} required onInput={({ currentTarget }) => setPrompt(currentTarget.value)} />
        </label>{' '}
        <button type="submit">Generate</button>
      </form>
      <p role="status">
        {gallery.generations.filter(one => one.isRunning).length} running, {gallery.items.length} done
      </p>
      <ul aria-label="Generations">
        <For each={gallery.generations}>{generation => <Row generation={generation} gallery={gallery} />}</For>
      </ul>
      <ul aria-label="Gallery">
        <For each={gallery.items}>
          {item => (
            <li>
              <img src={item.url} alt={item.prompt} width="160" height="120" />
              <Show when={isExpired(item, now())}>
                <span>The link has expired.</span>
                <Action name="Renew" prompt={item.prompt} onClick={() => void gallery.renew(item.id)} />
              </Show>
              <Action name="Delete" prompt={item.prompt} onClick={() => gallery.remove(item.id)} />
            </li>
          )}
        </For>
      </ul>
    </main>
  );
}
