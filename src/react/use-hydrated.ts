import { useSyncExternalStore } from 'react';

const never = () => () => {};
const yes = () => true;
const no = () => false;

/**
 * Whether the component may show what is known in the browser alone: not on a server, and not while what the server
 * wrote is taken over. React renders again at once when that is done.
 */
export const useHydrated = (): boolean => useSyncExternalStore(never, yes, no);
