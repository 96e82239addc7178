import type { StoredGeneration } from 'generation-lifecycle';
import { toKey } from './local-steps.js';
import type { Request } from './store-model.js';

const token = { version: 1, id: 'probe', idempotencyKey: 'probe', cancelRequested: false } as const;
const probe: StoredGeneration = { version: 1, token, createdAt: 1, updatedAt: 1 };

/** Changes are compared by what they do to these. */
const probes: readonly (StoredGeneration | undefined)[] = [
  undefined,
  probe,
  { ...probe, token: { ...token, cancelRequested: true, job: { id: 'probed' } }, isOutcomeEmitted: true },
];

/** Every request to the store, under a key that is the same for the same request. */
export class Requests {
  readonly #requests = new Map<string, Request>();
  readonly #changes = new Map<string, string>();

  at(key: string): Request {
    const request = this.#requests.get(key);
    if (!request) throw new RangeError(`There is no request ${key}`);
    return request;
  }

  /** @param local the state of the run that asks: it decides what the function `change` does */
  note(request: Request, child: string, local?: number | undefined): string {
    const text = toKey(request);
    const key = request.type === 'change' ? `${text} by ${child} of ${local}` : text;
    if (request.type === 'change') this.#assertSame(key, request);
    this.#requests.set(key, this.#requests.get(key) ?? request);
    return key;
  }

  #assertSame(key: string, { change }: Extract<Request, { type: 'change' }>): void {
    const outcome = toKey(probes.map(found => change(found)));
    const known = this.#changes.get(key) ?? outcome;
    this.#changes.set(key, known);
    if (known !== outcome) throw new Error(`One state asks for two changes: ${known} and ${outcome}`);
  }
}
