/** What a side of the comparison has asked of the backend. */
export type RequestCounts = {
  /** Submits, reads and streams, but no pictures. */
  readonly requests: number;
  readonly openStreams: number;
};

/** The way to the backend, with a counter in it. */
export type RequestMeter = {
  readonly fetch: typeof fetch;
  readonly openEvents: (url: string) => EventSource;
  /** Counts anew from here on. Submits carry these faults, a JSON text. */
  readonly begin: (faults: string) => void;
  /** Nobody looks any more: streams are closed, and whoever still asks is never answered. */
  readonly end: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => RequestCounts;
};

const nothing: RequestCounts = { requests: 0, openStreams: 0 };

/** Made once for each side. */
export function createRequestMeter(): RequestMeter {
  const listeners = new Set<() => void>();
  const sources = new Set<EventSource>();
  let counts = nothing;
  let faults = '';
  let hasEnded = false;
  let round = 0;

  const count = (change: Partial<RequestCounts>) => {
    counts = {
      requests: counts.requests + (change.requests ?? 0),
      openStreams: counts.openStreams + (change.openStreams ?? 0),
    };
    for (const listener of listeners) listener();
  };
  /** Gives what counts it as closed, once, unless it was counted before the last beginning. */
  const countStream = () => {
    const mine = round;
    let isOpen = true;
    count({ openStreams: 1 });
    return () => {
      if (isOpen && mine === round) count({ openStreams: -1 });
      isOpen = false;
    };
  };

  return {
    async fetch(url, init) {
      if (hasEnded) return new Promise(() => {});
      count({ requests: 1 });
      const headers = new Headers(init?.headers);
      if (init?.method === 'POST' && faults !== '') headers.set('X-Studio-Faults', faults);
      if (!String(url).includes('/api/events/')) return fetch(url, { ...init, headers });
      const close = countStream();
      init?.signal?.addEventListener('abort', close, { once: true });
      try {
        const response = await fetch(url, { ...init, headers });
        if (!response.body) return response;
        const [body, watched] = response.body.tee();
        watched.pipeTo(new WritableStream()).then(close, close);
        return new Response(body, response);
      } catch (error) {
        close();
        throw error;
      }
    },
    openEvents(url) {
      const source = new EventSource(url);
      sources.add(source);
      count({ requests: 1 });
      const close = countStream();
      const closeSource = source.close.bind(source);
      source.close = () => {
        closeSource();
        close();
      };
      source.addEventListener('error', () => {
        // It comes back by itself, or never again.
        if (source.readyState === EventSource.CLOSED) close();
        else count({ requests: 1 });
      });
      return source;
    },
    begin(chosen) {
      faults = chosen;
      hasEnded = false;
      counts = nothing;
      round++;
      count({});
    },
    end() {
      hasEnded = true;
      for (const source of sources) source.close();
      sources.clear();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => counts,
  };
}
