import { faultsInAddress } from '../faults.js';

/** Adds the faults of the URL to a submit. The backend then simulates them for all requests of the job. */
export const fetchWithFaults: typeof fetch = (url, init) => {
  const faults = faultsInAddress();
  if (init?.method !== 'POST' || faults === '') return fetch(url, init);
  const headers = new Headers(init.headers);
  headers.set('X-Studio-Faults', faults);
  return fetch(url, { ...init, headers });
};
