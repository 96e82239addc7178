import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { refuseForm } from './answers.js';
import { type Faults, FaultsError, parseFaults } from './faults.js';

/** Faults that a request asks for, by header or by query; the header wins. Throws a {@link FaultsError}. */
export function faultsOf(c: Context): Faults {
  const text = c.req.header('x-studio-faults') ?? c.req.query('faults');
  return text === undefined ? {} : parseFaults(text);
}

/** Answers 422 to a request with faults that do not exist. */
export const checkingFaults = createMiddleware(async (c, next) => {
  try {
    faultsOf(c);
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return refuseForm(c, [{ loc: ['faults'], msg: error.message, type: 'faults' }]);
  }
  return next();
});
