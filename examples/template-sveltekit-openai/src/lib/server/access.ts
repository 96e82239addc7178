import { dev } from '$app/environment';
import { env } from '$env/dynamic/private';

/** Where browsers find this app. The built server takes it from the same variable. */
export const origin = env.ORIGIN ?? (dev ? 'http://localhost:5173' : 'http://localhost:3000');

const { host, hostname, port } = new URL(origin);
const isLocal = hostname === 'localhost' || hostname === '127.0.0.1';

/** The names by which it may be asked. Anybody can lead a name of theirs to your machine. */
export const hosts = isLocal ? [`localhost:${port}`, `127.0.0.1:${port}`] : [host];

/**
 * Who asks. Whoever may ask spends your money: on this machine everybody is the same user, and elsewhere nobody is one until you ask your
 * sign-in here.
 */
export function userOf(_request: Request): { id: string } | undefined {
  return isLocal ? { id: 'me' } : undefined;
}
