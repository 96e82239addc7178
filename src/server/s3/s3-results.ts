import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { assertKnownOptions } from '../../machines/options.js';
import type { ResultDownload, ResultKey, ResultStore } from '../copies/result-store.js';

/** Options of {@link s3Results}. */
export type S3ResultsOptions = {
  /** A client with your region and credentials. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Prefix of the keys in the bucket: `results`. @defaultValue none */
  readonly prefix?: string | undefined;
  /**
   * How results are requested: in Node `pinnedDownload()`, from any host of the web.
   * @defaultValue only from the server half's `resultOrigins`
   */
  readonly download?: ResultDownload | undefined;
};

const partBytes = 8_388_608;
const idForm = /^[\w-]{1,100}$/;

const statusOf = (error: unknown): unknown =>
  error instanceof Error ? Reflect.get(Object(Reflect.get(error, '$metadata')), 'httpStatusCode') : undefined;
const isMissing = (error: unknown): boolean => statusOf(error) === 404;
/** Another process has stored it meanwhile. */
const isThere = (error: unknown): boolean => statusOf(error) === 412;

/**
 * Keeps copies of results in a bucket of S3 or a compatible service (Cloudflare R2, MinIO), with `@aws-sdk/client-s3`
 * and `@aws-sdk/lib-storage`, which you install. An object is written once, whole: `If-None-Match: *`. If a process
 * dies during an upload, its parts stay until a rule of the bucket deletes them (`AbortIncompleteMultipartUpload`).
 *
 * Keep the bucket private: the server half checks who asks.
 *
 * @throws TypeError for an unknown or missing option
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @example
 * const server = createGenerationServer({
 *   store: memoryJobs(),
 *   results: s3Results({ client: s3, bucket: 'pictures', download: pinnedDownload() }),
 *   authorize: () => ({ id: 'me' }),
 *   backends: { image: { adapter: scripted(scenarios.healthy('1.png')), input: (wish: unknown) => wish } },
 * });
 */
export function s3Results(options: S3ResultsOptions): ResultStore {
  assertKnownOptions('s3Results', options, ['client', 'bucket', 'prefix', 'download']);
  const { client, bucket, prefix = '', download } = options;
  if (typeof client?.send !== 'function')
    throw new TypeError("s3Results() has no client. Pass client: new S3Client({ region: 'eu-central-1' }).");
  if (typeof bucket !== 'string' || bucket === '')
    throw new TypeError('s3Results() has no bucket. Pass the name of one: bucket.');
  const root = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;

  const folderOf = (id: string) => {
    if (idForm.test(id)) return `${root}${id}/`;
    throw new TypeError(`The id "${id}" is no name in a bucket. Pass letters, digits, - and _.`);
  };
  const toObject = ({ id, index }: ResultKey) => ({ Bucket: bucket, Key: `${folderOf(id)}${index}` });

  /** `undefined` for an object that is not there. */
  async function ifThere<TAnswer>(answer: Promise<TAnswer>): Promise<TAnswer | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
  const lengthOf = async (key: ResultKey): Promise<number | undefined> =>
    (await ifThere(client.send(new HeadObjectCommand(toObject(key)))))?.ContentLength;

  return {
    download,

    async put(key, body, { type, signal }) {
      const known = await lengthOf(key);
      if (known !== undefined) {
        await body.cancel();
        return { bytes: known };
      }
      const upload = new Upload({
        client,
        params: { ...toObject(key), Body: body, ContentType: type, IfNoneMatch: '*' },
        partSize: partBytes,
        queueSize: 1,
        leavePartsOnError: false,
      });
      const abort = () => void upload.abort().catch(() => undefined);
      signal.addEventListener('abort', abort);
      try {
        if (signal.aborted) abort();
        await upload.done();
      } catch (error) {
        if (!isThere(error)) throw error;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      const bytes = await lengthOf(key);
      if (bytes !== undefined) return { bytes };
      throw new Error(`Result ${key.index} of job ${key.id} is not in the bucket after its upload.`);
    },

    async get(key, range) {
      const part = range && { Range: `bytes=${range.from}-${range.to - 1}` };
      const answer = await ifThere(client.send(new GetObjectCommand({ ...toObject(key), ...part })));
      return answer?.Body?.transformToWebStream();
    },

    async delete(id) {
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const listed = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: folderOf(id), ContinuationToken: token }),
        );
        for (const { Key } of listed.Contents ?? [])
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
        token = listed.NextContinuationToken;
      }
    },
  };
}
