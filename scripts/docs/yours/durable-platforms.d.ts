// What `docs/guide/scale.md` uses of platforms that are not installed here, as their own docs have it.

declare module 'inngest' {
  export class Inngest {
    constructor(options: { id: string });
    send(events: readonly { id: string; name: string; data: object; ts: number }[]): Promise<unknown>;
    createFunction(
      options: { id: string; throttle?: { limit: number; period: string } },
      trigger: { event: string },
      handler: (run: { event: { data: { id: string } } }) => Promise<unknown>,
    ): unknown;
  }
}

declare module '@trigger.dev/sdk' {
  export function task<TPayload>(options: {
    id: string;
    queue?: { concurrencyLimit: number };
    run: (payload: TPayload) => Promise<unknown>;
  }): {
    batchTrigger(
      items: readonly { payload: TPayload; options: { delay: Date; idempotencyKey: string } }[],
    ): Promise<unknown>;
  };
}

declare module 'workflow' {
  export function sleep(ms: number): Promise<void>;
}

declare module 'workflow/api' {
  export function start<TArgs extends unknown[]>(
    workflow: (...args: TArgs) => Promise<unknown>,
    args: TArgs,
  ): Promise<unknown>;
}

declare module 'cloudflare:workers' {
  export const env: {
    GENERATIONS: {
      idFromName(name: string): object;
      get(id: object): { wake(id: string, delayMs: number): Promise<void> };
    };
  };
  export class DurableObject {
    ctx: {
      storage: {
        get<T>(key: string): Promise<T | undefined>;
        put(key: string, value: string): Promise<void>;
        setAlarm(at: number): Promise<void>;
      };
    };
  }
}
