/**
 * Why there is no inspector: `not-installed` where `@statelyai/inspect` cannot be loaded, `no-window` where a page's
 * url was to be opened outside of a browser, `blocked` where the browser opened no window, `failed` for all else.
 */
export type InspectorErrorCode = 'not-installed' | 'no-window' | 'blocked' | 'failed';

/**
 * Thrown by `open` of an inspector. Its message says what to do.
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
