import { toKnownSecrets } from '../http/api-key.js';

/** The keys that a provider package sends, as far as they are known: it does not tell them. */
export function toSecretsOf(provider: string, given: readonly string[] = []): string[] {
  const vendor = `${provider}`.split('.')[0]?.toUpperCase();
  return toKnownSecrets(given, [
    `${vendor}_API_KEY`,
    `${vendor}_API_TOKEN`,
    `${vendor}_KEY`,
    'GOOGLE_GENERATIVE_AI_API_KEY',
    'AI_GATEWAY_API_KEY',
    'VERCEL_OIDC_TOKEN',
  ]);
}
