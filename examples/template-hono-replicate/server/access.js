export const port = Number(process.env.PORT ?? 3000);

/** Where browsers find this app. */
export const origin = process.env.APP_ORIGIN ?? `http://localhost:${port}`;

const url = new URL(origin);
const isLocal = url.hostname === 'localhost' || url.hostname === '127.0.0.1';

/** The names by which it may be asked. Anybody can lead a name of theirs to your machine. */
export const hosts = isLocal ? [`localhost:${url.port}`, `127.0.0.1:${url.port}`] : [url.host];

/**
 * Who asks. Whoever may ask spends your money: on this machine everybody is the same user, and elsewhere nobody is one until you ask your
 * sign-in here.
 *
 * @param {Request} _request
 */
export function userOf(_request) {
  return isLocal ? { id: 'me' } : undefined;
}
