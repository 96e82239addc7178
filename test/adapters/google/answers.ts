/** Shapes of Google's documentation and client, with values of ours. */
export const id = 'v1_ChdLZ3F4';
export const name = 'models/veo-3.1-generate-001/operations/op-41';
const files = 'https://generativelanguage.googleapis.com/v1beta/files';

export const interaction = {
  id,
  object: 'interaction',
  model: 'gemini-omni-1.1-flash',
  status: 'in_progress',
  created: '2026-11-30T08:00:00Z',
  updated: '2026-11-30T08:00:00Z',
  steps: [],
};

export const film = { type: 'video', mime_type: 'video/mp4', uri: `${files}/film-1:download?alt=media` };
const picture = { type: 'image', mime_type: 'image/png', data: 'iVBORw==' };
const made = (content: readonly object[]) => [
  { type: 'user_input', content: [{ type: 'image', data: 'bm90IG1hZGU=', mime_type: 'image/png' }] },
  { type: 'thought', summary: [{ type: 'text', text: 'A plan.' }] },
  { type: 'model_output', content },
];

export const completed = {
  ...interaction,
  status: 'completed',
  steps: made([{ type: 'text', text: 'Here ' }, picture, { type: 'text', text: 'it is.' }]),
  usage: { total_tokens: 1_290, total_input_tokens: 9 },
};
export const filmed = { ...completed, steps: made([film]) };
export const inWords = { ...completed, steps: made([{ type: 'text', text: 'I cannot draw that person.' }]) };
export const failed = {
  ...interaction,
  status: 'failed',
  errors: [{ code: 'internal', message: 'The model has crashed' }],
};
export const flagged = {
  ...failed,
  errors: [{ code: 'https://ai.google.dev/errors/safety', message: 'The output was blocked.' }],
};
export const cancelled = { ...interaction, status: 'cancelled' };

export const operation = { name };
const done = (response: object) => ({ name, done: true, response: { generateVideoResponse: response } });
export const shot = done({ generatedSamples: [{ video: { uri: film.uri, encoding: 'video/mp4' } }] });
export const crashed = { name, done: true, error: { code: 13, message: 'Internal error in the video model' } };
const reason = "Sorry, we can't create videos with real people's likenesses.";
export const filtered = done({ raiMediaFilteredCount: 1, raiMediaFilteredReasons: [reason] });
export const partlyFiltered = done({
  generatedSamples: [{ video: { uri: film.uri } }],
  raiMediaFilteredCount: 1,
  raiMediaFilteredReasons: [reason],
});
export const silenced = done({
  raiMediaFilteredCount: 1,
  raiMediaFilteredReasons: ['We encountered an issue with the audio. You have not been charged for this attempt.'],
});

/** A refusal. @see https://google.aip.dev/193 */
export const problem = (code: number, status: string, message: string, details: readonly object[] = []) => ({
  error: { code, message, status, details },
});
const exceeded = 'You exceeded your current quota, please check your plan and billing details.';
const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '30s' };
const quota = (of: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId: `GenerateRequestsPer${of}PerProjectPerModel-FreeTier`, quotaValue: '10' }],
});
export const limits = {
  ofMinute: problem(429, 'RESOURCE_EXHAUSTED', exceeded, [quota('Minute'), retryInfo]),
  untold: problem(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
  waiting: problem(429, 'RESOURCE_EXHAUSTED', exceeded, [retryInfo]),
  ofDay: problem(429, 'RESOURCE_EXHAUSTED', exceeded, [quota('Day'), retryInfo]),
  billing: problem(429, 'RESOURCE_EXHAUSTED', exceeded),
  prepaid: problem(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'),
  free: problem(429, 'RESOURCE_EXHAUSTED', `${exceeded}\n* Quota exceeded, limit: 0\nPlease retry in 5s.`, [retryInfo]),
};
export const badKey = problem(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
  { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
]);
export const unbilled = problem(400, 'FAILED_PRECONDITION', 'Veo is only available to billed users at this time.');
export const flaggedPrompt = problem(
  400,
  'INVALID_ARGUMENT',
  "The prompt could not be submitted. It contains words that violate Google's Responsible AI practices.",
);
export const badInput = problem(400, 'INVALID_ARGUMENT', 'Invalid value at "durationSeconds"');
export const unknownModel = problem(404, 'NOT_FOUND', 'models/veo-9 is not found for API version v1beta.');
export const overloaded = problem(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
export const goneFile = problem(
  403,
  'PERMISSION_DENIED',
  'You do not have permission to access the File film-1 or it may not exist.',
);
