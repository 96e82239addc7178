/** The requests of one side of the comparison. */
export type RequestCounts = {
  /** Submits, reads and streams, without image downloads. */
  readonly requests: number;
  /** Submits that the backend has accepted, whether their answer arrived or not. Each is paid. */
  readonly paidPosts: number;
  readonly openStreams: number;
};

/** Access to the backend that counts requests. */
export type RequestMeter = {
  readonly fetch: typeof fetch;
  readonly openEvents: (url: string) => EventSource;
  /** Resets the counts. Submits carry these faults, as JSON text. */
  readonly begin: (faults: string) => void;
  /** Closes all streams. Later requests never resolve. */
  readonly end: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => RequestCounts;
};

export const nothing: RequestCounts = { requests: 0, paidPosts: 0, openStreams: 0 };

/** Faults that only the first submit has: an answer is not lost again because it was lost once. */
function withoutLoss(faults: string): string {
  const { submitAnswerLost: _lost, ...others } = JSON.parse(faults);
  return JSON.stringify(others);
}

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
      paidPosts: counts.paidPosts + (change.paidPosts ?? 0),
      openStreams: counts.openStreams + (change.openStreams ?? 0),
    };
    for (const listener of listeners) listener();
  };
  /** Returns a function that counts the stream as closed, once, unless the counts were reset meanwhile. */
  const countStream = () => {
    const ownRound = round;
    let isOpen = true;
    count({ openStreams: 1 });
    return () => {
      if (isOpen && ownRound === round) count({ openStreams: -1 });
      isOpen = false;
    };
  };

  return {
    async fetch(url, init) {
      if (hasEnded) return new Promise(() => {});
      count({ requests: 1 });
      const headers = new Headers(init?.headers);
      if (init?.method === 'POST') {
        if (faults !== '') headers.set('X-Studio-Faults', faults);
        // The backend of the scenarios refuses no submit, so each one that leaves the page is paid.
        count({ paidPosts: 1 });
        faults = faults === '' ? faults : withoutLoss(faults);
      }
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
        // EventSource reconnects by itself, unless it is closed.
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
