/** Where there is no window, nothing is shown for long: a server renders once. */
export const isServer = typeof window === 'undefined';
