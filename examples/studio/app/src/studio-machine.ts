import { createGenerationMachine, policyFor } from 'generation-lifecycle';
import { browserSurroundings, fileBackend } from 'generation-lifecycle/adapters';
import { faultsInAddress } from './faults.js';

/** A submit carries the faults of the page's address; the backend then shows them in every read and stream of the job. */
const fetchWithFaults: typeof fetch = (url, init) => {
  const faults = faultsInAddress();
  if (init?.method !== 'POST' || faults === '') return fetch(url, init);
  const headers = new Headers(init.headers);
  headers.set('X-Studio-Faults', faults);
  return fetch(url, { ...init, headers });
};

/** One machine for the page; every generation is an actor of it. */
export const machine = createGenerationMachine(fileBackend({ kind: 'image', fetch: fetchWithFaults }), {
  policy: policyFor('image'),
  surroundings: browserSurroundings(),
});
