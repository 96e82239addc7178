import { gradio } from 'generation-lifecycle/adapters/gradio';
import { gradioDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorColumn } from './columns.js';
import { direct } from './wire.js';

/** Without its stream, a job is lost. */
const lost = ['failed: interrupted'];
/** The app answers the same to each cancel, and nobody hears of the job after it. */
const stopped = ['cancelled, stopped'];

/** An app whose stream is the job. */
export const gradioColumn: VendorColumn = {
  name: 'Gradio',
  shows: ['progress', 'previews'],
  key: 'hf_the-token',
  input: { prompt: 'a lighthouse' },
  submitPath: /\/queue\/join$/,
  lacks: ['webhook'],
  isStreamJob: true,
  ends: {
    'success without a stream': lost,
    'the result is deleted': lost,
    'a cancel that the model ignores': stopped,
    '429 at the reads': lost,
    '502 for 3 s, without a stream': lost,
    'the stream is cut': lost,
    'the stream is silent': lost,
    'a read hangs': lost,
    'a reload in the queue': lost,
    'a reload while it runs': lost,
    'a reload of a job that failed': lost,
  },
  create(options, _, wire = direct) {
    const double = gradioDouble(options);
    const fetch = wire(double);
    return {
      double,
      adapter: gradio<object>({ app: 'studio/lighthouse', endpoint: '/generate', token: this.key, fetch }) as never,
    };
  },
};
