import { isExpired } from 'generation-lifecycle';
import { type GenerationClientCommands, useGenerations, useTimeLeft } from 'generation-lifecycle/react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Picture, Wish } from '../gallery/demo-backend.js';
import { type Generation, pictures, promptOf } from '../gallery/pictures.js';

type Commands = Pick<GenerationClientCommands<Wish, Picture, unknown>, 'cancel' | 'retry' | 'resume' | 'dismiss'>;

function Action({
  name,
  prompt,
  onClick,
}: {
  readonly name: string;
  readonly prompt: string;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" aria-label={`${name} ${prompt}`} onClick={onClick}>
      {name}
    </button>
  );
}

type RowProps = { readonly generation: Generation; readonly commands: Commands };

function Row({ generation, commands: { cancel, retry, resume, dismiss } }: RowProps) {
  const { id, status, progress, failure, isRunning, canCancel, canRetry, canResume } = generation;
  const { text } = useTimeLeft(generation);
  const prompt = promptOf(generation);
  return (
    <li>
      <span>
        {prompt}: {status} {text}
      </span>
      {isRunning && <progress aria-label={`Progress of ${prompt}`} value={progress} />}
      {failure && <span>{failure.message}</span>}
      {canCancel && <Action name="Cancel" prompt={prompt} onClick={() => cancel(id)} />}
      {canResume && <Action name="Resume" prompt={prompt} onClick={() => resume(id)} />}
      {canRetry && <Action name="Retry" prompt={prompt} onClick={() => retry(id)} />}
      {!isRunning && status !== 'queued' && <Action name="Dismiss" prompt={prompt} onClick={() => dismiss(id)} />}
    </li>
  );
}

export function Gallery() {
  const { generations, items, generate, remove, renew, ...commands } = useGenerations(pictures);
  const [prompt, setPrompt] = useState('a lighthouse');
  const [now, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    generate({ prompt });
  };
  return (
    <main>
      <h1>Pictures</h1>
      <form onSubmit={submit}>
        <label>
          Prompt <input value={prompt} required onChange={({ target }) => setPrompt(target.value)} />
        </label>{' '}
        <button type="submit">Generate</button>
      </form>
      <p role="status">
        {generations.filter(one => one.isRunning).length} running, {items.length} done
      </p>
      <ul aria-label="Generations">
        {generations.map(generation => (
          <Row key={generation.id} generation={generation} commands={commands} />
        ))}
      </ul>
      <ul aria-label="Gallery">
        {items.map(item => (
          <li key={item.id}>
            <img src={item.url} alt={item.prompt} width="160" height="120" />
            {isExpired(item, now) && <span>The link has expired.</span>}
            {isExpired(item, now) && <Action name="Renew" prompt={item.prompt} onClick={() => void renew(item.id)} />}
            <Action name="Delete" prompt={item.prompt} onClick={() => remove(item.id)} />
          </li>
        ))}
      </ul>
    </main>
  );
}
