import type { GenerationServerOptions, ServerUser } from '../server.types.js';
import type { CopySettings } from './copies.js';

type Options = Pick<
  GenerationServerOptions<ServerUser, { readonly [name: string]: unknown }>,
  | 'results'
  | 'resultOrigins'
  | 'resultTypes'
  | 'maxResultBytes'
  | 'copyPatienceMs'
  | 'copyTimeoutMs'
  | 'copyIdleTimeoutMs'
>;

const longestMs = 2_147_483_647;
const originForm = /^https?:\/\/(?:\*\.)?[^/*?#@\s]+$/;
const typeForm = /^[a-z]+\/[\w.+-]*$/;

/** @throws TypeError that names the option, and what it has to be */
export function toCopySettings(
  { results, ...options }: Options,
  refuse: (message: string) => never,
): CopySettings | undefined {
  if (results === undefined) {
    const names = [
      'resultOrigins',
      'resultTypes',
      'maxResultBytes',
      'copyPatienceMs',
      'copyTimeoutMs',
      'copyIdleTimeoutMs',
    ] as const;
    const named = names.find(name => options[name] !== undefined);
    if (named !== undefined) refuse(`${named} is about copies of results. Pass results: directoryResults(path), too.`);
    return undefined;
  }
  if ([results?.put, results?.get, results?.delete].some(method => typeof method !== 'function'))
    refuse('results is no ResultStore. Pass one, such as directoryResults(path) or s3Results({ client, bucket }).');
  const { resultOrigins: origins, resultTypes: types = ['image/', 'video/', 'audio/'] } = options;
  if (!results.download && origins === undefined) {
    refuse(
      "results is of a kind that cannot check where a host name leads, so that a result could be requested from your own network. In Node, pass download: pinnedDownload() to it. Elsewhere, list where results may be: resultOrigins: ['https://*.example.com'], or [] for those alone that your key or no URL leads to.",
    );
  }
  for (const each of origins ?? []) {
    if (typeof each !== 'string' || !originForm.test(each))
      refuse(`resultOrigins has "${each}". Pass origins: https://cdn.example.com, or https://*.example.com.`);
  }
  if (!Array.isArray(types) || types.length === 0 || types.some(each => !typeForm.test(String(each))))
    refuse("resultTypes has to be a list of types, or of their beginnings: ['image/', 'video/mp4'].");
  const number = (name: keyof typeof options, fallback: number, most = longestMs): number => {
    const value = options[name] ?? fallback;
    if (typeof value === 'number' && value >= 1 && value <= most) return value;
    return refuse(`${name} is ${String(value)}. Pass a number of at least 1, and at most ${most}.`);
  };
  return {
    results,
    origins,
    types,
    maxBytes: number('maxResultBytes', 1_073_741_824, Number.MAX_SAFE_INTEGER),
    patienceMs: number('copyPatienceMs', 30_000),
    timeoutMs: number('copyTimeoutMs', 900_000),
    idleTimeoutMs: number('copyIdleTimeoutMs', 30_000),
  };
}
