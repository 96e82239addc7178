/** What a reader has installed. The guide's app is built with the package itself: `npm run test:apps`. */
declare module 'next' {
  export type NextConfig = { cacheComponents?: boolean; partialPrefetching?: boolean };
}
