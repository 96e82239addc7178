/** What one submitted generation meets, in ms since its submit was sent. Nothing given: pending for ever. */
export type WireSchedule = {
  readonly files?: readonly string[];
  readonly submitTakes?: number;
  /** Instead of accepting it. */
  readonly submit?: () => Response;
  /** When streams get their headers: at once, if that is past. */
  readonly opensAt?: number;
  /** Each stream ends so long after it has opened. */
  readonly endsAfter?: number;
  /** Of the nth stream, from 0. */
  readonly streamStatus?: (nth: number) => number;
  /** Events, sent to the streams that are open then. */
  readonly says?: readonly (readonly [atMs: number, ...events: readonly unknown[]])[];
  readonly pings?: boolean;
  /** Of the nth read, from 0. */
  readonly readTakes?: (nth: number) => number;
  /** What is true of a file when the answer to a read leaves. */
  readonly file?: (fileId: string, atMs: number) => unknown;
  /** Its answers come although nobody waits for them any more. */
  readonly ignoresAbort?: boolean;
};

type Exchange = {
  readonly kind: 'submit' | 'read' | 'events';
  readonly fileId: string | undefined;
  /** ms since the wire was made. */
  readonly at: number;
  isOpen: boolean;
};

const encoder = new TextEncoder();

/** An answer whose body is there at once. That of a real one comes by a task of the platform, during which replaced timers go on. */
export const textAnswer = (text: string, status = 200): Response =>
  Object.assign(new Response(text, { status }), { text: async () => text });

export const jsonAnswer = (body: unknown, status = 200): Response => textAnswer(JSON.stringify(body), status);

/** A file as it is read and published. Without a url it is still being made. */
export const fileObject = (id: string, url: string | null = null, members: object = {}) => ({
  id,
  url,
  type: 'image',
  tasks: [],
  ...members,
});
/** Each call signs anew. */
let signatures = 0;
export const urlOf = (id: string) => `https://files.test/${id}.png?sig=${++signatures}`;
export const fileEvent = (id: string) => ({ type: 'file', object: fileObject(id, urlOf(id)) });
export const progressEvent = (id: string, progress: number, message: string) => ({
  type: 'render_progress',
  object: { file_id: id, progress, message },
});
/** A file that is there from a time on. */
export const readyAt = (ms: number) => (id: string, atMs: number) => fileObject(id, atMs >= ms ? urlOf(id) : null);

/**
 * The backend's routes as a `fetch`, keeping to one schedule per submit; its time is `setTimeout`, which the test has
 * replaced. The nth submit makes the file `file-n`.
 */
export function scheduledWire(...schedules: readonly WireSchedule[]) {
  const madeAt = Date.now();
  const exchanges: Exchange[] = [];
  const begun = new Map<string, { readonly schedule: WireSchedule; readonly at: number }>();
  let submits = 0;

  const count = (kind: Exchange['kind'], fileId: string) =>
    exchanges.filter(exchange => exchange.kind === kind && exchange.fileId === fileId).length;

  /** A file that was submitted before this page was there. */
  const adopt = (fileId: string, schedule: WireSchedule) => begun.set(fileId, { schedule, at: Date.now() });

  const later = (ms: number, signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      // A platform's timer of 0 ms takes one.
      if (ms <= 0) return resolve();
      const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });

  const write = (fileId: string, signal: AbortSignal, close: () => void) => {
    const { schedule, at } = begun.get(fileId) ?? { schedule: {}, at: madeAt };
    return new ReadableStream<Uint8Array>({
      start(controller) {
        const timers: ReturnType<typeof setTimeout>[] = [];
        const over = () => {
          for (const timer of timers) clearTimeout(timer);
          close();
        };
        const text = (lines: readonly string[]) => controller.enqueue(encoder.encode(lines.join('')));
        for (const [atMs, ...events] of schedule.says ?? []) {
          const waitMs = at + atMs - Date.now();
          const lines = events.map(event => `data: ${JSON.stringify(event)}\n\n`);
          if (waitMs >= 0) timers.push(setTimeout(() => text(lines), waitMs));
        }
        if (schedule.pings) timers.push(setInterval(() => text([': ping\n\n']), 15_000));
        if (schedule.endsAfter !== undefined) {
          timers.push(
            setTimeout(() => {
              over();
              controller.close();
            }, schedule.endsAfter),
          );
        }
        signal.addEventListener('abort', () => {
          over();
          controller.error(signal.reason);
        });
      },
    });
  };

  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(String(url)).pathname.split('/').slice(2);
    const signal = init.signal ?? new AbortController().signal;
    const fileId = path[0] === 'generate' ? undefined : path[1]?.replace(/^file\./, '');
    const kind = path[0] === 'generate' ? 'submit' : path[0] === 'events' ? 'events' : 'read';
    const nth = count(kind, fileId ?? '');
    const exchange: Exchange = { kind, fileId, at: Date.now() - madeAt, isOpen: true };
    exchanges.push(exchange);
    const close = () => {
      exchange.isOpen = false;
    };
    signal.addEventListener('abort', close);

    if (kind === 'submit') {
      const schedule = schedules[submits] ?? {};
      submits += 1;
      const files = schedule.files ?? [`file-${submits}`];
      for (const id of files) adopt(id, schedule);
      await later(schedule.submitTakes ?? 0, schedule.ignoresAbort ? undefined : signal);
      close();
      if (schedule.submit) return schedule.submit();
      const accepted = { success: true, fileId: files[0], projectId: 'image-generator-tool' };
      return jsonAnswer(files.length > 1 ? { ...accepted, files: files.map(id => ({ id })) } : accepted);
    }

    const id = fileId ?? '';
    const { schedule, at } = begun.get(id) ?? { schedule: {}, at: madeAt };
    if (kind === 'events') {
      await later(at + (schedule.opensAt ?? 100) - Date.now(), signal).finally(close);
      exchange.isOpen = true;
      const status = schedule.streamStatus?.(nth) ?? 200;
      if (status !== 200) close();
      return new Response(status === 200 ? write(id, signal, close) : 'no stream', {
        status,
        headers: { 'content-type': status === 200 ? 'text/event-stream' : 'text/html' },
      });
    }
    const takes = schedule.readTakes?.(nth) ?? 0;
    await later(takes, schedule.ignoresAbort ? undefined : signal).finally(close);
    const answer = schedule.file?.(id, Date.now() - at) ?? fileObject(id);
    return answer instanceof Response ? answer : jsonAnswer(answer);
  };

  const of = (kind: Exchange['kind'], fileId?: string) =>
    exchanges.filter(exchange => exchange.kind === kind && (fileId ?? exchange.fileId) === exchange.fileId);
  return {
    fetch,
    exchanges,
    adopt,
    submits: () => of('submit'),
    reads: (fileId?: string) => of('read', fileId),
    streams: (fileId?: string) => of('events', fileId),
    /** How many of them are open now. */
    open: (...kinds: readonly Exchange['kind'][]) =>
      exchanges.filter(({ isOpen, kind }) => isOpen && kinds.includes(kind)).length,
  };
}

export type ScheduledWire = ReturnType<typeof scheduledWire>;
