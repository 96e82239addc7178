/**
 * @param name of the function whose option it is
 * @throws TypeError for a pace that cannot be
 */
export function assertPace(name: string, pace: { readonly [backend: string]: number }): void {
  for (const [backend, perSecond] of Object.entries(pace)) {
    if (typeof perSecond === 'number' && perSecond > 0 && perSecond < Infinity) continue;
    throw new TypeError(
      `${name}: maxStepsPerSecond of backend ${backend} is ${String(perSecond)}. Pass a number above 0, or leave the backend out.`,
    );
  }
}

/** @throws TypeError for a pace of a backend that the server does not have */
export function assertPaced(
  name: string,
  pace: { readonly [backend: string]: number },
  backends: readonly string[],
): void {
  const unknown = Object.keys(pace).find(backend => !backends.includes(backend));
  if (unknown === undefined) return;
  throw new TypeError(
    `${name}: maxStepsPerSecond names the backend ${unknown}, and the server has ${backends.join(', ')}. Name one of these.`,
  );
}

/** What is told of each backend. */
export function byBackend<TWake extends { readonly backend: string }>(
  wakes: readonly TWake[],
): ReadonlyMap<string, readonly TWake[]> {
  const all = new Map<string, TWake[]>();
  for (const wake of wakes) {
    const known = all.get(wake.backend);
    if (known) known.push(wake);
    else all.set(wake.backend, [wake]);
  }
  return all;
}
