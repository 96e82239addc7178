import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { contentFlag } from './moderation.js';
import { faultsOf } from './request.faults.js';
import { refuse, refuseForm, submitErrorResponse } from './responses.js';
import type { RouteEnv } from './route.env.js';
import type { ServerContext } from './server-context.js';
import { type Detail, readForm } from './submit.form.js';

const maxKeys = 1_000;

type Body = { readonly fields: unknown; readonly sourceImage?: string | undefined };

/** The submits of images and videos. Each accepted one is charged: there is no idempotency. */
export function submitRoutes({ jobs, defaults, charge, wait, maxBodyBytes }: ServerContext): Hono<RouteEnv> {
  const routes = new Hono<RouteEnv>();
  const counts = new Map<string, number>();
  /** How many submits there were before with this key. */
  const countOf = (key: string) => {
    const count = counts.get(key) ?? 0;
    counts.delete(key);
    counts.set(key, count + 1);
    const [oldest] = counts.keys();
    if (counts.size > maxKeys && oldest !== undefined) counts.delete(oldest);
    return count;
  };
  const tooLarge = (c: Context) => refuse(c, 413, 'Payload too large', `A body may have ${maxBodyBytes} bytes.`);

  routes.post('/:kind{image|video}', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), async c => {
    const kind = c.req.param('kind') === 'video' ? 'video' : 'image';
    const faults = { ...defaults, ...faultsOf(c) };
    const body = await readBody(c);
    if (body instanceof Response) return body;
    const form = readForm(kind, body.fields, body.sourceImage);
    if ('detail' in form) return refuseForm(c, form.detail);
    if (faults.submitError) return submitErrorResponse(faults.submitError);
    const { busySubmits, moderation } = faults;
    const user = c.req.header('x-studio-user') ?? 'studio';
    if (busySubmits && countOf(c.req.header('idempotency-key') ?? user) < busySubmits.times) {
      c.header('Retry-After', String(busySubmits.retryAfterS));
      return refuse(c, busySubmits.status ?? 503, 'Busy', `Try again in ${busySubmits.retryAfterS} s.`);
    }
    if (moderation?.at === 'submit') return c.json({ success: false, error: contentFlag(moderation.category) }, 400);

    const { request } = form;
    const files = jobs.submit(request, faults, user);
    const [first] = files ?? [];
    if (!files || !first) return refuse(c, 429, 'Too many generations', 'Wait until one of them has ended.');
    charge();
    c.get('record').fileId = first.id;

    const signal = c.get('signal');
    if (faults.urlInSubmit) await Promise.race([Promise.all(files.map(({ ended }) => ended)), closed(signal)]);
    await wait(faults.submitDelayMs ?? 0, signal);
    if (faults.submitAnswerLost) {
      // After its beginning: a browser sends a POST again by itself if a connection that it has used before ends without any.
      const outgoing = c.get('outgoing');
      outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
      outgoing.write('{', () => c.get('breakConnection')());
      return RESPONSE_ALREADY_SENT;
    }

    const urls = c.get('urls');
    const results = files.map(file => ({
      id: file.id,
      fileId: file.id,
      url: faults.urlInSubmit && file.state === 'published' ? urls.image(file) : null,
    }));
    return c.json({
      success: true,
      ...(faults.noFileId ? {} : { fileId: first.id }),
      // As in the original backend, this is not the id of a project.
      projectId: request.chatId ?? first.id,
      requestId: `request_${first.id}`,
      message: 'Generation started',
      ...(results[0]?.url ? { url: results[0].url } : {}),
      ...(files.length > 1 && !faults.noFileId ? { files: results } : {}),
    });
  });
  return routes;
}

const closed = (signal: AbortSignal) =>
  new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));

async function readBody(c: Context<RouteEnv>): Promise<Body | Response> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') {
    const fields: unknown = await c.req.json().catch(() => undefined);
    if (fields === undefined) return refuse(c, 400, 'Malformed JSON', 'The body is not JSON.');
    return { fields };
  }
  if (type !== 'multipart/form-data') {
    return refuse(c, 415, 'Unsupported media type', 'Send application/json or multipart/form-data.');
  }
  const parts = await c.req.parseBody().catch(() => undefined);
  if (!parts) return refuse(c, 400, 'Malformed multipart', 'The body is not multipart/form-data.');
  const { file, ...fields } = parts;
  if (!(file instanceof File) || file.size === 0 || !file.type.startsWith('image/')) {
    const detail: Detail = { loc: ['body', 'file'], msg: 'Expected an image.', type: 'file' };
    return refuseForm(c, [detail]);
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  const sourceImage = Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
  return {
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fromField(value)])),
    sourceImage,
  };
}

/** Multipart carries objects as JSON text. Text that is not valid JSON stays text. */
function fromField(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
