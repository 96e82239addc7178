import { afterEach, vi } from 'vitest';

// The files share a page: a clock that one leaves faked would stop the next.
afterEach(() => void vi.useRealTimers());
