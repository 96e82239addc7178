import type { GenerationAdapter } from 'generation-lifecycle';
import { openai, openaiImages } from 'generation-lifecycle/adapters/openai';
import { openaiDouble, openaiImagesDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorColumn } from './columns.js';
import { direct } from './wire.js';

/** A limit of the account is load of its own. */
const limited = { '429 at the submit': ['failed: busy'] };
const lost = ['failed: interrupted'];
const asColumn = <TInput>(adapter: GenerationAdapter<TInput, unknown>) =>
  adapter as GenerationAdapter<unknown, unknown>;

/** The ways to OpenAI's pictures. */
export const openaiColumns: readonly VendorColumn[] = [
  {
    name: 'OpenAI',
    shows: ['previews'],
    key: 'sk-proj-the-key-of-the-table',
    input: 'a lighthouse',
    submitPath: /\/responses$/,
    // What is deleted is not known any more.
    ends: { ...limited, 'the result is deleted': ['failed: not-found'] },
    create(options, url, wire = direct) {
      const secret = `whsec_${btoa('a secret of the table')}`;
      const double = openaiDouble({ ...options, ...(url && { webhook: { url, secret } }) });
      const fetch = wire(double);
      return {
        double,
        adapter: asColumn(openai({ model: 'gpt-5.5', apiKey: this.key, fetch, webhookSecret: secret })),
      };
    },
  },
  {
    name: 'OpenAI, images',
    shows: ['previews'],
    key: 'sk-proj-the-key-of-the-images',
    input: { prompt: 'a lighthouse' },
    submitPath: /\/images\/generations$/,
    lacks: ['cancel', 'webhook'],
    isStreamJob: 'of its submit',
    // The answer to the submit is the job: there is nothing to delete, and nothing to come back to.
    ends: {
      ...limited,
      'the result is deleted': ['completed'],
      'the stream is cut': lost,
      'the stream is silent': lost,
      'a reload in the queue': lost,
      'a reload while it runs': lost,
      'a reload as it ends': ['completed', ...lost],
      'a reload of a job that failed': lost,
    },
    create(options, _, wire = direct) {
      const double = openaiImagesDouble(options);
      const fetch = wire(double);
      return { double, adapter: asColumn(openaiImages({ model: 'gpt-image-2', apiKey: this.key, fetch })) };
    },
  },
];
