import { notFound, RequestRefusal } from './refusal.js';

/** What is kept for the clients of a user. */
export type GalleryRoute = 'readGallery' | 'writeGallery' | 'eraseGallery' | 'galleryEvents' | 'lock';

/** What a request asks for. */
export type Route =
  | { readonly name: 'submit' | 'readMany' | 'allEvents' | 'upload' | GalleryRoute; readonly backend: string }
  | { readonly name: 'read' | 'cancel' | 'events'; readonly backend: string; readonly id: string }
  | { readonly name: 'result'; readonly backend: string; readonly id: string; readonly index: number }
  | { readonly name: 'preview'; readonly backend: string; readonly id: string; readonly preview: string }
  | { readonly name: 'find' | 'forbid'; readonly backend: string; readonly key: string }
  | { readonly name: 'input'; readonly backend: string; readonly token: string }
  | { readonly name: 'webhook'; readonly backend: string; readonly id: string; readonly mac: string };

/** The paths below the base, with their parameters as names: what traces and metrics may hold. */
export const routePaths: Readonly<Record<Route['name'], string>> = {
  submit: '/{backend}/jobs',
  readMany: '/{backend}/jobs',
  allEvents: '/{backend}/events',
  read: '/{backend}/jobs/{id}',
  cancel: '/{backend}/jobs/{id}/cancel',
  events: '/{backend}/jobs/{id}/events',
  result: '/{backend}/jobs/{id}/results/{index}',
  preview: '/{backend}/jobs/{id}/previews/{name}',
  find: '/{backend}/keys/{key}',
  forbid: '/{backend}/keys/{key}',
  readGallery: '/{backend}/gallery',
  writeGallery: '/{backend}/gallery',
  eraseGallery: '/{backend}/gallery',
  galleryEvents: '/{backend}/gallery/events',
  lock: '/{backend}/gallery/locks',
  upload: '/{backend}/inputs',
  input: '/{backend}/inputs/{token}',
  webhook: '/webhook/{backend}/{address}',
};

/** No dots alone, no slashes, nothing that has to be decoded. */
const idForm = /^[\w-]{1,100}$/;
const nameForm = /^[\w-]{1,64}$/;
const webhookForm = /^([\w-]{1,100})\.([\w-]{1,100})$/;
const maxKeyLength = 600;

export const isJobId = (id: string): boolean => idForm.test(id);
export const isBackendName = (name: string): boolean => nameForm.test(name) && name !== 'webhook';

/** The routes, by how many parts their paths have and by their methods. */
const methodsOf = ([backend, kind, third, rest]: readonly string[], length: number): readonly string[] => {
  if (backend === 'webhook') return length === 3 ? ['POST'] : [];
  if (kind === 'gallery') return galleryMethodsOf(third, length);
  if (length === 2 && kind === 'jobs') return ['POST', 'GET'];
  if (length === 2 && kind === 'events') return ['GET'];
  if (length === 2 && kind === 'inputs') return ['POST'];
  if (length === 3 && kind === 'inputs') return ['GET', 'HEAD'];
  if (length === 3 && kind === 'jobs') return ['GET'];
  if (length === 3 && kind === 'keys') return ['GET', 'DELETE'];
  if (length === 4 && kind === 'jobs' && rest === 'events') return ['GET'];
  if (length === 4 && kind === 'jobs' && rest === 'cancel') return ['POST'];
  if (length === 5 && kind === 'jobs' && (rest === 'results' || rest === 'previews')) return ['GET'];
  return [];
};

const galleryMethodsOf = (third: string | undefined, length: number): readonly string[] => {
  if (length === 2) return ['GET', 'POST', 'DELETE'];
  if (length === 3 && third === 'events') return ['GET'];
  return length === 3 && third === 'locks' ? ['POST'] : [];
};

const galleryRoutes: Readonly<Record<string, GalleryRoute>> = {
  GET: 'readGallery',
  POST: 'writeGallery',
  DELETE: 'eraseGallery',
};

const toGalleryRoute = (third: string, method: string): GalleryRoute => {
  if (third === 'events') return 'galleryEvents';
  return third === 'locks' ? 'lock' : (galleryRoutes[method] ?? 'readGallery');
};

/** The parts of a path below the base. @throws RequestRefusal for a path that is elsewhere */
function partsOf(request: Request, basePath: string): readonly string[] {
  // The platform has resolved `..` and `%2e%2e` by now, and nothing else is decoded before it is split.
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(`${basePath}/`)) throw notFound();
  return pathname.slice(basePath.length + 1).split('/');
}

/**
 * Which route a request means, and which methods its path has.
 *
 * @param basePath without a slash at its end
 * @throws RequestRefusal with 404 or 405
 */
export function toRoute(request: Request, basePath: string): Route {
  const parts = partsOf(request, basePath);
  const [first = '', kind = '', third = '', rest = '', last = ''] = parts;
  const methods = methodsOf(parts, parts.length);
  if (methods.length === 0) throw notFound();
  const { method } = request;
  if (!methods.includes(method)) {
    const allow = [...methods, 'OPTIONS'].join(', ');
    throw new RequestRefusal(405, 'bad-input', `This address takes ${allow}, and not ${method.slice(0, 20)}.`, {
      headers: { allow },
    });
  }
  if (first === 'webhook') {
    const [, id = '', mac = ''] = webhookForm.exec(third) ?? [];
    if (!id || !nameForm.test(kind)) throw notFound();
    return { name: 'webhook', backend: kind, id, mac };
  }
  if (!isBackendName(first)) throw notFound();
  if (kind === 'gallery') return { name: toGalleryRoute(third, method), backend: first };
  if (kind === 'keys') return { name: method === 'GET' ? 'find' : 'forbid', backend: first, key: toKey(third) };
  if (parts.length === 2) {
    if (kind === 'events') return { name: 'allEvents', backend: first };
    if (kind === 'inputs') return { name: 'upload', backend: first };
    return { name: method === 'POST' ? 'submit' : 'readMany', backend: first };
  }
  if (kind === 'inputs') return { name: 'input', backend: first, token: third };
  if (!isJobId(third)) throw notFound();
  if (rest === 'results') return { name: 'result', backend: first, id: third, index: toIndex(last) };
  if (rest === 'previews') return { name: 'preview', backend: first, id: third, preview: toPreviewName(last) };
  const name = rest === 'events' ? 'events' : rest === 'cancel' ? 'cancel' : 'read';
  return { name, backend: first, id: third };
}

function toIndex(part: string): number {
  if (/^\d{1,4}$/.test(part)) return Number(part);
  throw notFound();
}

function toPreviewName(part: string): string {
  if (isJobId(part)) return part;
  throw notFound();
}

/** As `toHeaderKey` writes it, within a path. */
function toKey(part: string): string {
  try {
    return checkedKey(decodeURIComponent(part));
  } catch {
    throw notFound();
  }
}

/** @throws RequestRefusal for a key that is none */
export function checkedKey(key: string | null): string {
  if (key && key.length <= maxKeyLength && /^[\x21-\x7e]+$/.test(key)) return key;
  throw new RequestRefusal(
    400,
    'bad-input',
    'The submit has no idempotency key, so it could be paid twice. Send one as the header Idempotency-Key: at most 600 visible ASCII characters.',
  );
}
