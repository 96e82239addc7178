import { useGenerations } from 'generation-lifecycle/react';
import { codeVersion, pictures } from './machine.js';

export function Gallery() {
  const { generations, items, generate } = useGenerations(pictures);
  return (
    <section aria-label="Gallery">
      <h1>Gallery 1</h1>
      <button type="button" onClick={() => generate({ prompt: 'dunes' })}>
        Add
      </button>
      <output>
        {generations.map(({ status }) => status).join(', ')} by {codeVersion}
      </output>
      {items.map(({ id, url }) => (
        <img key={id} src={url} alt="In the gallery" />
      ))}
    </section>
  );
}
