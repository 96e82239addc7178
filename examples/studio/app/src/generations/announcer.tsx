import { useGenerations } from 'generation-lifecycle/react';
import { useEffect, useRef, useState } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import { toDescription } from '../forms/description.js';
import { titleOf } from './generation-words.js';

/** Announces each change of status to screen readers. */
export function Announcer({ clients: { image, video } }: { readonly clients: StudioClients }) {
  const images = useGenerations(image.client, view => view.generations);
  const videos = useGenerations(video.client, view => view.generations);
  const [words, announce] = useState('');
  const known = useRef<ReadonlyMap<string, string>>(new Map());

  useEffect(() => {
    const all = [...images, ...videos];
    const changed = all.find(each => known.current.get(each.id) !== titleOf(each));
    known.current = new Map(all.map(each => [each.id, titleOf(each)]));
    if (changed) announce(`${titleOf(changed)}: ${toDescription(changed.description).prompt}`);
  }, [images, videos]);

  return <output className="visually-hidden">{words}</output>;
}
