/** A port that cannot be used. The message is a sentence for whoever has set it. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/**
 * The port of an environment variable; 0 is any free port.
 *
 * @throws PortError if it is not a whole number from 0 to 65535
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new PortError(`PORT must be a whole number from 0 to 65535, and is ${JSON.stringify(text.slice(0, 40))}.`);
}

/** Why a server cannot listen, as a sentence. */
export function toPortError(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new PortError(`Port ${port} is in use. Choose another: PORT=${port === 4180 ? 4181 : 4180}.`);
  if (code === 'EACCES')
    return new PortError(`Port ${port} needs more rights than this program has. Choose one above 1023: PORT=4180.`);
  return error;
}
