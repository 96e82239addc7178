// Tasks in the shapes of Runway's client, with values of ours.

const id = '17f20503-6c24-4c16-946b-35dbbce2af2f';
const createdAt = '2026-11-02T19:32:20.671Z';
const task = { id, createdAt };
export const credits = (amount: number) => ({ credits: amount });
const estimatedCost = credits(25);

/** When the URL of the result stops working, in seconds. */
export const expiry = 1_793_750_400;
const claims = { keyHash: 'ae42b4caf3b4db7a', bucket: 'runway-task-artifacts', stage: 'prod', exp: expiry };
const toBase64Url = (text: string) => Buffer.from(text).toString('base64url');
export const toUrl = (said: object) =>
  `https://dnznrvs05pmza.cloudfront.net/film.mp4?_jwt=eyJhbGciOiJIUzI1NiJ9.${toBase64Url(JSON.stringify(said))}.c2ln`;

export const pending = { ...task, status: 'PENDING', estimatedCost };
export const throttled = { ...task, status: 'THROTTLED', estimatedCost };
export const running = { ...task, status: 'RUNNING', progress: 0.4, estimatedCost };
export const succeeded = {
  ...task,
  status: 'SUCCEEDED',
  output: [toUrl(claims)],
  cost: credits(24),
};
export const failed = {
  ...task,
  status: 'FAILED',
  failure: 'An unexpected error occurred.',
  failureCode: 'INTERNAL.BAD_OUTPUT.CODE01',
  cost: credits(0),
};
export const cancelled = { ...task, status: 'CANCELLED', cost: credits(0) };
export const notFound = { error: 'The requested resource was not found.' };
