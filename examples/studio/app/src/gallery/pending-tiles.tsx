import { useGenerations, useTimeLeft } from 'generation-lifecycle/react';
import type { StudioGeneration } from '../clients/studio-client.js';
import type { StudioClients } from '../clients/studio-clients.js';
import { toDescription } from '../forms/description.js';
import { percentOf } from '../generations/generation-words.js';
import type { GalleryShow } from './gallery-bar.js';

type PendingTilesProps = { readonly clients: StudioClients; readonly show: GalleryShow };

/** Placeholders of running generations. Decorative: the cards say the same. */
export function PendingTiles({ clients: { image, video }, show }: PendingTilesProps) {
  const images = useGenerations(image.client, view => view.generations);
  const videos = useGenerations(video.client, view => view.generations);
  return [...(show === 'video' ? [] : images), ...(show === 'image' ? [] : videos)]
    .filter(({ isRunning, status }) => isRunning && status !== 'queued')
    .sort((one, other) => other.startedAt - one.startedAt)
    .map(generation => <PendingTile key={generation.id} generation={generation} />);
}

function PendingTile({ generation }: { readonly generation: StudioGeneration }) {
  const { description, progress } = generation;
  const { prompt, width, height, count } = toDescription(description);
  const { text } = useTimeLeft(generation);
  return (
    <li className="tile" style={{ '--ratio': width / height, '--progress': progress ?? 0 }} aria-hidden="true">
      <div className="image pending" style={{ aspectRatio: width / height }}>
        <span className="percent">{percentOf(progress)}</span>
        {count > 1 && <span className="pending-count">× {count}</span>}
      </div>
      <p className="caption">{prompt}</p>
      <p className="meta">
        {width} × {height}
        {text && `, ${text}`}
      </p>
    </li>
  );
}
