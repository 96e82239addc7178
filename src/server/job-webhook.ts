import type { GenerationAdapter, Webhook } from '../machines/generation/generation.port.js';

/** The webhook of an adapter, if its submits can name an address: those of this server are of one job each. */
export const toJobWebhook = ({ webhook }: Pick<GenerationAdapter<never, unknown>, 'webhook'>): Webhook | undefined =>
  webhook?.isPerJob === false ? undefined : webhook;
