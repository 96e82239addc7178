import { useGenerations } from 'generation-lifecycle/react';
import { useEffect, useRef, useState } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import { toAsked } from '../forms/asked.js';
import { titleOf } from './generation-words.js';

/** Says to a screen reader what has become of a generation, each time one comes to something new. */
export function Announcer({ clients: { image, video } }: { readonly clients: StudioClients }) {
  const pictures = useGenerations(image.client, view => view.generations);
  const films = useGenerations(video.client, view => view.generations);
  const [words, say] = useState('');
  const known = useRef<ReadonlyMap<string, string>>(new Map());

  useEffect(() => {
    const all = [...pictures, ...films];
    const changed = all.find(each => known.current.get(each.id) !== titleOf(each));
    known.current = new Map(all.map(each => [each.id, titleOf(each)]));
    if (changed) say(`${titleOf(changed)}: ${toAsked(changed.description).prompt}`);
  }, [pictures, films]);

  return <output className="visually-hidden">{words}</output>;
}
