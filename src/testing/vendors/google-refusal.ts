const json = (body: unknown, status: number) => Response.json(body, { status });

/** A refusal as Google writes it. @see https://google.aip.dev/193 */
const problem = (code: number, status: string, message: string, details: readonly object[] = []) =>
  json({ error: { code, message, status, ...(details.length > 0 && { details }) } }, code);

const ofType = (name: string, members: object) => ({ '@type': `type.googleapis.com/google.rpc.${name}`, ...members });
const quota = (name: string, value: number) =>
  ofType('QuotaFailure', {
    violations: [
      {
        quotaMetric: 'generativelanguage.googleapis.com/generate_requests',
        quotaId: `GenerateRequests${name}PerProjectPerModel`,
        quotaValue: String(value),
      },
    ],
  });

// The same words for a minute and for a day.
const exceeded = 'You exceeded your current quota, please check your plan and billing details.';

/** A refusal in Google's words. `retryAfter`: in seconds, told in the body alone. */
export function refuseAsGoogle(status: number | 'moderated', retryAfter?: number): Response {
  switch (status) {
    case 'moderated':
      return problem(
        400,
        'INVALID_ARGUMENT',
        "The prompt could not be submitted. This prompt contains words that violate Google's Responsible AI practices.",
      );
    case 401:
      return problem(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        ofType('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }),
      ]);
    case 402:
      return problem(429, 'RESOURCE_EXHAUSTED', exceeded, [quota('PerDay', 250)]);
    case 404:
      return problem(404, 'NOT_FOUND', 'Requested entity was not found.');
    case 422:
      return problem(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.', [
        ofType('BadRequest', { fieldViolations: [{ field: 'input', description: 'The prompt is empty' }] }),
      ]);
    case 429: {
      const details = [
        quota('PerMinute', 10),
        ...(retryAfter === undefined ? [] : [ofType('RetryInfo', { retryDelay: `${retryAfter}s` })]),
      ];
      return problem(429, 'RESOURCE_EXHAUSTED', exceeded, details);
    }
    case 500:
      return problem(500, 'INTERNAL', 'An internal error has occurred.');
    case 503:
      return problem(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
    default:
      // A proxy in front of Google answers these, and not in its words.
      return status >= 500
        ? new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } })
        : problem(status, 'UNKNOWN', `Error ${status}`);
  }
}

/** The film of every job: the first bytes of one. It needs the key, as a file of Google does. */
export function googleFile({ method, url, headers }: Request): Response | undefined {
  const isFile = /\/files\/[\w-]+:download$/.test(new URL(url).pathname);
  if (method !== 'GET' || !isFile) return undefined;
  if (!headers.get('x-goog-api-key'))
    return problem(403, 'PERMISSION_DENIED', 'You do not have permission to access the File, or it may not exist.');
  return new Response('\0\0\0\x18ftypmp42', { headers: { 'content-type': 'video/mp4' } });
}
