import { useEffect, useRef, useState } from 'react';
import type { StudioGeneration } from '../clients/studio-client.js';

/** The latest partial picture of a file of a generation. */
export const previewOf = ({ previews }: Pick<StudioGeneration, 'previews'>, index: number): string | undefined =>
  previews.find(each => (each.index ?? 0) === index)?.url;

/**
 * What is painted so far. A newer picture fades in over the one before it, and only once it can be drawn, so nothing flickers. Where no
 * motion is wanted it takes its place at once. Decorative: the tile says how far it is.
 */
export function Preview({ url }: { readonly url: string | undefined }) {
  const [shown, setShown] = useState<readonly string[]>([]);
  const asked = useRef(0);
  const drawn = useRef(0);

  useEffect(() => {
    if (url === undefined) return;
    asked.current += 1;
    const nth = asked.current;
    const image = new Image();
    image.src = url;
    image.decode().then(
      () => {
        // A newer one may have come sooner.
        if (nth < drawn.current) return;
        drawn.current = nth;
        setShown(before => [...before.filter(each => each !== url), url].slice(-2));
      },
      // The backend has a newer one already: what is shown stays.
      () => undefined,
    );
  }, [url]);

  return shown.map(each => <img key={each} className="preview" src={each} alt="" />);
}
