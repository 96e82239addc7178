import type { AiSdkVideoModel } from 'generation-lifecycle/adapters/ai-sdk';

/** An error as every copy of `@ai-sdk/provider` marks it. */
export function sdkError(name: string, message: string, members: object = {}): Error {
  const marks = { [Symbol.for('vercel.ai.error')]: true, [Symbol.for(`vercel.ai.error.${name}`)]: true };
  return Object.assign(new Error(message), { name, ...marks, ...members });
}

/** An `APICallError`, with what its constructor makes of a status. */
export const callError = (
  message: string,
  members: { readonly statusCode?: number; readonly [name: string]: unknown },
) =>
  sdkError('AI_APICallError', message, {
    url: 'https://api.test/videos?of=call',
    requestBodyValues: { prompt: 'words of the request' },
    isRetryable: members.statusCode === 429 || (members.statusCode ?? 0) >= 500,
    ...members,
  });

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One exchange with JSON, as the packages of the AI SDK have it: `postJsonToApi` and `getFromApi` of `@ai-sdk/provider-utils`. */
export async function callApi(send: Fetch, url: string, init: RequestInit) {
  const toCallError = (message: string, members: { statusCode?: number; cause?: unknown; [name: string]: unknown }) =>
    callError(message, { ...members, url });
  const response = await send(url, init).catch((error: unknown) => {
    const isBroken = error instanceof TypeError;
    throw isBroken ? toCallError('Cannot connect to API: socket hang up', { cause: error, isRetryable: true }) : error;
  });
  const told = { statusCode: response.status, responseHeaders: Object.fromEntries(response.headers) };
  const responseBody = await response.text().catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw toCallError('Failed to process successful response', { ...told, cause, isRetryable: true });
  });
  if (!response.ok) throw toCallError(response.statusText, { ...told, responseBody });
  try {
    const body: { readonly [name: string]: unknown } = JSON.parse(responseBody);
    return { body, headers: told.responseHeaders };
  } catch (cause) {
    throw toCallError('Invalid JSON response', { ...told, responseBody, cause });
  }
}

/** A model of this provider, by its two functions. */
export function videoModel(
  functions: Pick<AiSdkVideoModel, 'doStart' | 'doStatus'> & Partial<AiSdkVideoModel>,
): AiSdkVideoModel {
  return { specificationVersion: 'v4', provider: 'studio.video', modelId: 'film-1', maxVideosPerCall: 1, ...functions };
}

/** What a call is answered with besides its news. */
export const response = (headers?: Record<string, string>) => ({
  timestamp: new Date(0),
  modelId: 'film-1',
  headers,
});
