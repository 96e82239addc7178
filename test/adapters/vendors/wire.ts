import type { VendorDouble } from 'generation-lifecycle/testing/vendors';

/** How an adapter reaches its double. */
export type Wire = (double: VendorDouble) => (url: string, init: RequestInit) => Promise<Response>;

/** By a call. */
export const direct: Wire = double => double.fetch;
