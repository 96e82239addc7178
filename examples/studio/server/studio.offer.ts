import type { VendorOffer } from './generations/vendor.types.js';

/** What the page can choose from, and where it is. */
export type StudioOffer = {
  /** The vendors that render behind the server half. None, if there is no such half. */
  readonly vendors: readonly VendorOffer[];
  /** The backend is a worker of the page: there is no server. @defaultValue false */
  readonly isInPage?: boolean | undefined;
};
