import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type Faults, FaultsError, parseFaults } from './faults.js';
import { refuseForm } from './responses.js';

/** The faults in the header or the query of a request; the header takes precedence. Throws a {@link FaultsError}. */
export function faultsOf(c: Context): Faults {
  const text = c.req.header('x-studio-faults') ?? c.req.query('faults');
  return text === undefined ? {} : parseFaults(text);
}

/** Responds with 422 to invalid faults. */
export const checkingFaults = createMiddleware(async (c, next) => {
  try {
    faultsOf(c);
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return refuseForm(c, [{ loc: ['faults'], msg: error.message, type: 'faults' }]);
  }
  return next();
});
