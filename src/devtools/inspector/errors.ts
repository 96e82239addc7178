/**
 * Why the inspector is not open:
 *
 * - `not-installed`: `@statelyai/inspect` cannot be loaded;
 * - `no-window`: a page's URL was to be opened outside a browser;
 * - `blocked`: the browser blocked the window;
 * - `failed`: another error, in `cause`.
 */
export type InspectorErrorCode = 'not-installed' | 'no-window' | 'blocked' | 'failed';

/**
 * Thrown by an inspector's `open`. The message says what to do.
 *
 * @example
 * inspector().open().catch(error => {
 *   if (error instanceof InspectorError && error.code === 'blocked') show('Allow this page to open windows.');
 * });
 */
export class InspectorError extends Error {
  override readonly name = 'InspectorError';
  readonly code: InspectorErrorCode;

  constructor(code: InspectorErrorCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}
