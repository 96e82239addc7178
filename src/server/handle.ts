import { keyHeader, maxJobsPerRead, sealedHeader, sealedParameter } from '../adapters/http/generation-protocol.js';
import { isGenerationError } from '../machines/generation/generation.errors.js';
import { type Health, toProbe } from './health.js';
import type { Inputs } from './inputs/inputs.js';
import { noInputs } from './inputs/wish-inputs.js';
import type { Asked, Delivery, Level, Wish } from './level.js';
import { toAnswerEnd } from './observe/observe.js';
import { toFailureAnswer, toRefusalAnswer } from './request/answers.js';
import { readJson } from './request/body.js';
import { toToldFailure } from './request/failures.js';
import { assertHost, assertOwnPage, toCorsHeaders, toPreflight } from './request/origins.js';
import { notFound, RequestRefusal } from './request/refusal.js';
import { checkedKey, isJobId, type Route, routePaths, toRoute } from './request/routes.js';
import type { ServerUser } from './server.types.js';
import type { Settings } from './settings.js';

const changing: readonly Route['name'][] = [
  'submit',
  'cancel',
  'forbid',
  'upload',
  'writeGallery',
  'eraseGallery',
  'lock',
];

const isOfMedia = ({ name }: Route): boolean => name === 'result' || name === 'preview';
const hasSealedJob = ({ url }: Request): boolean => new URL(url).searchParams.has(sealedParameter);

/** Who answers: `sealed` those about jobs that were sealed by a relay, also where there is a store by now. */
export type Levels = {
  readonly main: Level;
  readonly sealed?: Level | undefined;
  readonly health: Health;
  /** Takes what vendors post. */
  readonly deliver?: ((delivery: Delivery) => Promise<Response>) | undefined;
  /** Takes and gives files that are inputs. */
  readonly inputs?: Pick<Inputs, 'upload' | 'serve' | 'ofWish'> | undefined;
};

function refuseStored(): never {
  throw new RequestRefusal(
    501,
    'not-found',
    'This server keeps no jobs, so it cannot answer that. Pass it a store, or use remoteBackend without durable.',
  );
}

const noUploads = () =>
  new RequestRefusal(501, 'not-found', 'This server takes no files. Nothing was stored. Pass it the option inputs.');

/** @throws RequestRefusal for a list that is none, or too long */
function toIds(request: Request): readonly string[] {
  const ids = (new URL(request.url).searchParams.get('ids') ?? '').split(',').filter(id => id !== '');
  if (ids.length <= maxJobsPerRead && ids.every(isJobId)) return ids;
  throw new RequestRefusal(
    400,
    'bad-input',
    `The ids of the jobs are not right. Send at most ${maxJobsPerRead}, with commas between them.`,
  );
}

/** Answers a request: checks where it comes from and who asks, then leaves it to the level. */
export function createHandle(settings: Settings, levels: Levels): (request: Request) => Promise<Response> {
  const { log } = settings;

  async function toUser(request: Request): Promise<ServerUser> {
    const user = await settings.authorize(request).catch((error: unknown) => {
      log.report('authorize.failed', error);
      // The sign-in of a user that cannot be checked for a moment ends no job.
      throw new RequestRefusal(503, 'network', 'The server cannot check who is signed in. Try again in a moment.', {
        retryAfterMs: 2_000,
      });
    });
    if (typeof user?.id === 'string' && user.id !== '') return user;
    if (user !== undefined && user !== null) {
      log.report(
        'authorize.failed',
        new TypeError('authorize() answered with a user without an id. Give it a text as id.'),
      );
    }
    throw new RequestRefusal(401, 'unauthorized', 'Nobody is signed in. Nothing was done. Sign in, then try again.');
  }

  /** @throws RequestRefusal, or what `input` has thrown on purpose */
  async function toInput({ request, backend, user }: Asked): Promise<Omit<Wish, 'key'>> {
    const wish = await readJson(request, settings.maxBodyBytes);
    const { inputs = noInputs, files } = (await levels.inputs?.ofWish(backend, user)) ?? {};
    try {
      const input = await backend.toInput(wish, user, inputs);
      if (input !== undefined) return { input, files: files && files.ids.length > 0 ? files : undefined };
    } catch (error) {
      if (isGenerationError(error)) throw error;
      log.report('input.failed', error, { backend: backend.name });
      throw new RequestRefusal(
        500,
        'bad-input',
        'The server cannot make a request of this wish. Nothing was submitted. Change it, or tell the operator.',
      );
    }
    throw new RequestRefusal(422, 'bad-input', 'The server does not take this wish. Nothing was submitted. Change it.');
  }

  async function answer(route: Route, request: Request): Promise<Response> {
    const backend = settings.backends.get(route.backend);
    if (!backend) throw notFound();
    // A vendor has neither a session nor an origin: its address is signed, and so is what it says.
    if (route.name === 'webhook') {
      if (!levels.deliver) throw notFound();
      return levels.deliver({ request, backend, id: route.id, mac: route.mac });
    }
    if (route.name === 'input') {
      if (!levels.inputs) throw notFound();
      return levels.inputs.serve(backend, route.token, request);
    }
    if (changing.includes(route.name)) assertOwnPage(request, settings);
    const asked: Asked = { request, backend, user: await toUser(request) };
    const isSealed = request.headers.has(sealedHeader) || (isOfMedia(route) && hasSealedJob(request));
    const level = isSealed ? (levels.sealed ?? levels.main) : levels.main;
    switch (route.name) {
      case 'submit': {
        const key = checkedKey(request.headers.get(keyHeader));
        const wish = await toInput(asked);
        // A relay keeps no files.
        return (wish.files ? levels.main : level).submit(asked, { key, ...wish });
      }
      case 'upload':
        if (!levels.inputs) throw noUploads();
        return levels.inputs.upload(asked);
      case 'read':
      case 'cancel':
      case 'events':
        return level[route.name](asked, route.id);
      case 'result':
        return level.result(asked, route.id, route.index);
      case 'preview':
        return level.preview(asked, route.id, route.preview);
      case 'readMany':
        return (level.readMany ?? refuseStored)(asked, toIds(request));
      case 'allEvents':
        return (level.allEvents ?? refuseStored)(asked);
      case 'find':
      case 'forbid':
        return (level[route.name] ?? refuseStored)(asked, route.key);
      case 'readGallery':
      case 'writeGallery':
      case 'eraseGallery':
      case 'galleryEvents':
      case 'lock':
        return level.gallery ? level.gallery[route.name](asked) : refuseStored();
    }
  }

  const observed = (route: Route, request: Request): Promise<Response> =>
    settings.observe.work(
      {
        name: 'request',
        backend: settings.backends.has(route.backend) ? route.backend : undefined,
        route: settings.basePath + routePaths[route.name],
        request,
      },
      () => answer(route, request),
      toAnswerEnd,
    );

  function toErrorAnswer(error: unknown, route: Route | undefined): Response {
    if (error instanceof RequestRefusal) return toRefusalAnswer(error);
    // What `input` throws is meant for the page.
    if (isGenerationError(error)) return toFailureAnswer(toToldFailure(error.failure, undefined, true));
    log.report('request.failed', error, { backend: route?.backend });
    return toRefusalAnswer(
      new RequestRefusal(500, 'network', 'The server has failed. Try again in a moment, or tell its operator.'),
    );
  }

  return async request => {
    const probe = toProbe(request, settings.basePath);
    if (probe) return levels.health(probe);
    const startedAt = Date.now();
    let route: Route | undefined;
    let response: Response;
    try {
      assertHost(request, settings);
      if (request.method === 'OPTIONS') return toPreflight(request, settings);
      route = toRoute(request, settings.basePath);
      response = await observed(route, request);
    } catch (error) {
      response = toErrorAnswer(error, route);
    }
    for (const [name, value] of Object.entries(toCorsHeaders(request, settings))) response.headers.set(name, value);
    log.request({
      route: route?.name,
      backend: route && settings.backends.has(route.backend) ? route.backend : undefined,
      id: route && 'id' in route ? route.id : undefined,
      status: response.status,
      ms: Date.now() - startedAt,
    });
    return response;
  };
}
