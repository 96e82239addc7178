import type { StudioBackend } from './clients/studio-backend.js';

type Names = StudioBackend['name'];

export const backendNames: Readonly<Record<Names, string>> = {
  'in-house': 'In-house',
  fal: 'fal',
  replicate: 'Replicate',
  'black-forest-labs': 'Black Forest Labs',
};

/** Who renders, and who pays. */
export function whoRenders({
  name,
  isDouble,
  isInPage,
}: Omit<StudioBackend, 'kinds' | 'mostImages' | 'vendors'>): string {
  const place = isInPage ? 'in this page' : 'on this machine';
  if (isDouble) return `A double of ${backendNames[name]} ${place} renders. Nothing is paid.`;
  if (isInPage) return 'This page renders. Nothing is paid.';
  if (name === 'in-house') return 'A server on this machine renders. Nothing is paid.';
  return `${backendNames[name]} renders, and charges your account.`;
}

/** What one sees of a vendor, and not of the others. */
export const vendorTraits: Readonly<Record<Names, string>> = {
  'in-house': 'It simulates every fault below.',
  fal: 'It says the place in its queue, sends events, and stops what you cancel.',
  replicate: 'It sends no events: its jobs are read. Its results expire after an hour.',
  'black-forest-labs':
    'It says what a job costs, in credits. It has no cancel, and its results expire after ten minutes.',
};
