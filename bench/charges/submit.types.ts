/**
 * One user action against a backend at `url`. Resolves to what the app is told, and rejects as the client does.
 * `timeoutMs` replaces the client's own time limit for an answer, where it has one.
 */
export type Submit = (call: { readonly url: string; readonly timeoutMs?: number | undefined }) => Promise<unknown>;
