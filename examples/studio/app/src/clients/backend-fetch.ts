import { faultsInAddress } from '../faults.js';

/** A submit carries the faults of the page's address; the backend then shows them in every read and stream of the job. */
export const fetchWithFaults: typeof fetch = (url, init) => {
  const faults = faultsInAddress();
  if (init?.method !== 'POST' || faults === '') return fetch(url, init);
  const headers = new Headers(init.headers);
  headers.set('X-Studio-Faults', faults);
  return fetch(url, { ...init, headers });
};
