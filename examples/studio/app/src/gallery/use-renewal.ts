import { isGenerationError } from 'generation-lifecycle';
import { createContext, useContext, useEffect, useState } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import type { StudioItem } from './gallery-item.js';

/** How a file that cannot be loaded is asked for anew, and which ones were. */
type Renewals = {
  /** Reads the job of the item again, which is free. Rejects with why there is no new URL. */
  readonly renew: (item: StudioItem) => Promise<unknown>;
  /** The ids of items whose URLs were renewed since the page was opened. */
  readonly renewed: ReadonlySet<string>;
};

export const RenewalsContext = createContext<Renewals>({ renew: async () => {}, renewed: new Set() });

/** The renewals of both clients: those of this page, and those that the clients make before URLs expire. */
export function useRenewals({ image, video }: StudioClients): Renewals {
  const [renewed, setRenewed] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const stops = [image.client, video.client].map(client =>
      client.on('item.renewed', ({ item }) => setRenewed(before => new Set(before).add(item.id))),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [image, video]);
  return { renew: ({ kind, id }) => (kind === 'image' ? image : video).client.renew(id), renewed };
}

/** What a page shows of a file that could not be loaded. */
export type FileTrouble = 'loading-again' | 'deleted' | 'unreachable';

/** A file that cannot be loaded is asked for anew, once. */
export function useFileTrouble(item: StudioItem) {
  const { renew } = useContext(RenewalsContext);
  const [trouble, setTrouble] = useState<FileTrouble>();
  const [isAsked, setAsked] = useState(false);

  const askAnew = async () => {
    setAsked(true);
    setTrouble('loading-again');
    try {
      await renew(item);
      setTrouble(undefined);
    } catch (error) {
      const code = isGenerationError(error) ? error.code : undefined;
      setTrouble(code === 'network' || code === 'timeout' || code === 'busy' ? 'unreachable' : 'deleted');
    }
  };

  return {
    trouble,
    /** The file did not load. */
    report: () => {
      if (isAsked) setTrouble('deleted');
      else void askAnew();
    },
    askAnew,
  };
}
