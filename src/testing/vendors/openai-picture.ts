/** A picture of one point. What follows its end is read by nobody, and tells the pictures apart. */
const point = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A picture as OpenAI gives it: Base64. */
export const toPicture = (name: string): string => btoa(`${atob(point)}${name}`);

/** A refusal in OpenAI's words. Money that is missing is a limit to it. */
export function refuseAsOpenAI(status: number | 'moderated', retryAfter?: number): Response {
  const problem = (code: number, type: string, name: string | null, message: string) =>
    Response.json({ error: { message, type, param: null, code: name } }, { status: code });
  switch (status) {
    case 'moderated':
      return problem(
        400,
        'image_generation_user_error',
        'moderation_blocked',
        'Your request was rejected by the safety system. safety_violations=[violence].',
      );
    case 401:
      return problem(401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.');
    case 402:
      return problem(
        429,
        'insufficient_quota',
        'insufficient_quota',
        'You exceeded your current quota, please check your plan and billing details.',
      );
    case 404:
      return problem(404, 'invalid_request_error', 'model_not_found', 'The model `gpt-none` does not exist.');
    case 422:
      return problem(
        400,
        'invalid_request_error',
        'missing_required_parameter',
        "Missing required parameter: 'input'.",
      );
    case 429: {
      const wait = retryAfter === undefined ? '' : ` Please try again in ${retryAfter}s.`;
      return problem(429, 'requests', 'rate_limit_exceeded', `Rate limit reached for images per minute.${wait}`);
    }
    case 500:
      return problem(500, 'server_error', null, 'The server had an error while processing your request.');
    default:
      // A proxy in front of OpenAI answers these, and not in its words.
      return status > 500
        ? new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } })
        : problem(status, 'invalid_request_error', null, `Error ${status}`);
  }
}

/** An event with its name behind its data, as the standard allows: the stream writes the field `data` in front. */
export const toEventText = (event: { readonly type: string }): string =>
  `${JSON.stringify(event)}\nevent: ${event.type}`;
