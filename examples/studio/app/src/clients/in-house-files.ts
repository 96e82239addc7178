import { fileBackend } from 'generation-lifecycle/adapters';
import { faultsInAddress } from '../faults.js';
import { fetchWithFaults } from './backend-fetch.js';
import type { StudioAdapters } from './studio-adapters.js';

/** The reference backend, which simulates every fault. */
export function inHouseAdapters(): StudioAdapters {
  // What an adapter can do is known when it is made.
  const canCancel = !faultsInAddress().includes('"noCancel"');
  return {
    image: fileBackend({ kind: 'image', fetch: fetchWithFaults, canCancel }),
    video: fileBackend({ kind: 'video', fetch: fetchWithFaults, canCancel }),
  };
}
