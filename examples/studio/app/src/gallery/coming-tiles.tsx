import { useGenerations } from 'generation-lifecycle/react';
import type { StudioGeneration } from '../clients/studio-client.js';
import type { StudioClients } from '../clients/studio-clients.js';
import { toAsked } from '../forms/asked.js';
import { percentOf } from '../generations/generation-words.js';
import type { GalleryShow } from './gallery-bar.js';

type ComingTilesProps = { readonly clients: StudioClients; readonly show: GalleryShow };

/** The places of what is being made. For the eye alone: what they say is said on the cards. */
export function ComingTiles({ clients: { image, video }, show }: ComingTilesProps) {
  const pictures = useGenerations(image.client, view => view.generations);
  const films = useGenerations(video.client, view => view.generations);
  return [...(show === 'video' ? [] : pictures), ...(show === 'image' ? [] : films)]
    .filter(({ isRunning, status }) => isRunning && status !== 'queued')
    .sort((one, other) => other.startedAt - one.startedAt)
    .map(generation => <ComingTile key={generation.id} generation={generation} />);
}

function ComingTile({ generation: { description, progress } }: { readonly generation: StudioGeneration }) {
  const { prompt, width, height, count } = toAsked(description);
  return (
    <li className="tile" style={{ '--ratio': width / height, '--progress': progress ?? 0 }} aria-hidden="true">
      <div className="picture coming" style={{ aspectRatio: width / height }}>
        <span className="percent">{percentOf(progress)}</span>
        {count > 1 && <span className="coming-count">× {count}</span>}
      </div>
      <p className="caption">{prompt}</p>
      <p className="meta">
        {width} × {height}
      </p>
    </li>
  );
}
