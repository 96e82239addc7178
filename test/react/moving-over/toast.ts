/** Where a page has its toast library. */
export const toast: { readonly [level in 'success' | 'info' | 'error']: (words: string) => void } = {
  success: () => {},
  info: () => {},
  error: () => {},
};
