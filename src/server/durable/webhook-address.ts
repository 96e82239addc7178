import { createSigner } from '../signer.js';

/** The addresses to which a vendor posts what becomes of one job. */
export type WebhookAddresses = {
  /** The address of a job. */
  of(backend: string, id: string): Promise<string>;
  isOurs(backend: string, id: string, mac: string): Promise<boolean>;
};

/**
 * Addresses with the id of the job and a MAC. Those of any secret are taken, so that a secret can be changed while jobs run.
 *
 * @param base where the routes begin, as the vendor reaches them
 */
export function createWebhookAddresses(secrets: readonly string[], base: string): WebhookAddresses {
  const signer = createSigner(secrets, 'generation-lifecycle webhook v1');
  const toText = (backend: string, id: string) => JSON.stringify([backend, id]);
  return {
    of: async (backend, id) => `${base}/webhook/${backend}/${id}.${await signer.sign(toText(backend, id))}`,
    isOurs: (backend, id, mac) => signer.isOurs(toText(backend, id), mac),
  };
}
