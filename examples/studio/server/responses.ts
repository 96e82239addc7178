import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Faults } from './faults.js';
import type { Detail } from './submit.form.js';

/** The error page of a proxy. */
export const proxyPage = (status: number) =>
  `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1><p>The application did not respond.</p></body></html>`;

/** An error in the backend's usual format. */
export const refuse = (c: Context, status: ContentfulStatusCode, error: string, details: string) =>
  c.json({ success: false, error, details }, status);

/** A validation error in the backend's usual format. */
export const refuseForm = (c: Context, detail: readonly Detail[]) => c.json({ detail }, 422);

/** The error responses of the fault `submitError`. Each body has a default status. */
export function submitErrorResponse({ body, status }: NonNullable<Faults['submitError']>): Response {
  const respond = (defaultStatus: number, content: object) =>
    Response.json(content, { status: status ?? defaultStatus });
  switch (body) {
    case 'json':
      return status === 401
        ? respond(401, { error: 'Unauthorized' })
        : respond(500, { success: false, error: 'Generation failed', details: 'The model is not available.' });
    case 'html':
      return new Response(proxyPage(status ?? 502), {
        status: status ?? 502,
        headers: { 'content-type': 'text/html' },
      });
    case 'empty':
      return new Response(null, { status: status ?? 503 });
    case 'detail':
      return respond(422, {
        detail: [{ loc: ['body', 'prompt'], msg: 'The prompt is not allowed.', type: 'value_error' }],
      });
    case 'needsReconnection':
      return respond(401, { success: false, error: 'Unauthorized', needsReconnection: true });
    case 'insufficientBalance':
      return respond(402, {
        success: false,
        error: 'Insufficient balance',
        details: 'Top up to go on.',
        requiredCredits: 12,
      });
    case 'successFalse200':
      return respond(200, { success: false, error: 'Generation failed', details: 'The model is not available.' });
  }
}
