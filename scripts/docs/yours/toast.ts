/** What a reader's own page has: the docs import it as theirs. */
export declare const toast: Record<'success' | 'error' | 'info', (message: string) => void>;
