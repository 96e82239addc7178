/**
 * Leaves out what all adapters share.
 *
 * @param {...string} shared
 * @returns {NonNullable<import('size-limit').Check['modifyEsbuildConfig']>}
 */
const beyond =
  (...shared) =>
  config => ({ ...config, external: [...(config.external ?? []), ...shared] });

/**
 * Minified and gzipped, for each named import, without peers. A limit notices an accident, such as a dependency that was
 * imported by mistake. It leaves about a quarter of room: it never decides a name, a message or a structure.
 *
 * @type {import('size-limit').SizeLimitConfig}
 */
export default [
  {
    name: 'createGenerationMachine',
    path: 'dist/machines/index.js',
    import: '{ createGenerationMachine }',
    ignore: ['xstate'],
    gzip: true,
    // Reads what a storage gives back, replaces an environment that is wrong, waits where it is asked to, and says when it expects
    // the result.
    limit: '15.5 kB',
  },
  {
    name: 'fileBackend, with reader, parser and schema',
    path: 'dist/adapters/index.js',
    import: '{ fileBackend }',
    gzip: true,
    // Half of it reads what backends say: refusals in every common shape, reasons, states, secrets in texts.
    limit: '23 kB',
  },
  {
    name: 'restBackend, beyond the kit',
    path: 'dist/adapters/index.js',
    import: '{ restBackend }',
    gzip: true,
    // A third of it refuses a description that is wrong, by the name of the field.
    limit: '4.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*', './http/*'),
  },
  {
    name: 'createExchange and statusTable, which every vendor adapter has',
    path: 'dist/adapters/http/index.js',
    import: '{ createExchange, statusTable }',
    gzip: true,
    limit: '15 kB',
  },
  {
    name: 'fal, beyond the kit',
    path: 'dist/adapters/fal/index.js',
    import: '{ fal }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'replicate, beyond the kit',
    path: 'dist/adapters/replicate/index.js',
    import: '{ replicate }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'runway, beyond the kit',
    path: 'dist/adapters/runway/index.js',
    import: '{ runway }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'openai, beyond the kit',
    path: 'dist/adapters/openai/index.js',
    import: '{ openai }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'openaiImages, beyond the kit',
    path: 'dist/adapters/openai/index.js',
    import: '{ openaiImages }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'blackForestLabs, beyond the kit',
    path: 'dist/adapters/black-forest-labs/index.js',
    import: '{ blackForestLabs }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'comfyApi, beyond the kit',
    path: 'dist/adapters/comfyui/index.js',
    import: '{ comfyApi }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'googleInteractions, beyond the kit',
    path: 'dist/adapters/google/index.js',
    import: '{ googleInteractions }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'googleOperations, beyond the kit',
    path: 'dist/adapters/google/index.js',
    import: '{ googleOperations }',
    gzip: true,
    limit: '3.5 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    // It asks the app for its functions and their parameters, uploads files, and puts the changes of previews together.
    name: 'gradio, beyond the kit',
    path: 'dist/adapters/gradio/index.js',
    import: '{ gradio }',
    gzip: true,
    limit: '4.1 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'comfyui, beyond the kit',
    path: 'dist/adapters/comfyui/index.js',
    import: '{ comfyui }',
    gzip: true,
    // A job that fails without words says so in a sentence.
    limit: '3.6 kB',
    // What shares connections is the same for all adapters that do, as the kit is.
    modifyEsbuildConfig: beyond('../http/*', '../sharing/*', '../../machines/*'),
  },
  {
    name: 'aiSdkVideo, beyond the kit',
    path: 'dist/adapters/ai-sdk/index.js',
    import: '{ aiSdkVideo }',
    gzip: true,
    limit: '3.6 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'remoteBackend, beyond the kit',
    path: 'dist/adapters/remote-backend/index.js',
    import: '{ remoteBackend }',
    gzip: true,
    limit: '5.3 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'remoteStore and remoteLocks',
    path: 'dist/adapters/remote-backend/index.js',
    import: '{ remoteStore, remoteLocks }',
    gzip: true,
    // A copy of the gallery that reads differences, the rules of all stores, a stream for all tabs, and leases.
    limit: '11 kB',
    modifyEsbuildConfig: beyond('../http/*', '../../machines/*'),
  },
  {
    name: 'createGenerationServer',
    path: 'dist/server/index.js',
    import: '{ createGenerationServer }',
    gzip: true,
    ignore: ['xstate'],
    limit: '57 kB',
  },
  {
    name: 'postgresJobs',
    path: 'dist/server/postgres/index.js',
    import: '{ postgresJobs }',
    gzip: true,
    ignore: ['pg'],
    limit: '12 kB',
  },
  {
    name: 'bullmqEngine, without BullMQ',
    path: 'dist/server/bullmq/index.js',
    import: '{ bullmqEngine }',
    ignore: ['bullmq'],
    gzip: true,
    limit: '2 kB',
  },
  {
    name: 'pgBossEngine',
    path: 'dist/server/pg-boss/index.js',
    import: '{ pgBossEngine }',
    gzip: true,
    limit: '2.5 kB',
  },
  {
    name: 'openTelemetry',
    path: 'dist/server/opentelemetry/index.js',
    import: '{ openTelemetry }',
    gzip: true,
    ignore: ['@opentelemetry/api'],
    limit: '3 kB',
  },
  {
    name: 'sharedEvents',
    path: 'dist/adapters/index.js',
    import: '{ sharedEvents }',
    gzip: true,
    limit: '2.1 kB',
  },
  {
    name: 'sharedReads',
    path: 'dist/adapters/index.js',
    import: '{ sharedReads }',
    gzip: true,
    // With the errors of a submit, which all adapters share.
    limit: '3 kB',
  },
  {
    name: 'useGeneration, without the machine',
    path: 'dist/react/index.js',
    import: '{ useGeneration }',
    ignore: ['react', 'xstate', '@xstate/react'],
    gzip: true,
    limit: '2.4 kB',
    modifyEsbuildConfig: beyond('../machines/*'),
  },
  {
    name: 'createGenerationClient, with the machine',
    path: 'dist/machines/index.js',
    import: '{ createGenerationMachine, createGenerationClient }',
    ignore: ['xstate'],
    gzip: true,
    limit: '41.5 kB',
  },
  {
    name: 'createRecorder',
    path: 'dist/devtools/index.js',
    import: '{ createRecorder }',
    ignore: ['xstate'],
    gzip: true,
    limit: '4.9 kB',
  },
  {
    name: 'inspector, without the package that it loads',
    path: 'dist/devtools/index.js',
    import: '{ inspector }',
    ignore: ['@statelyai/inspect'],
    gzip: true,
    limit: '5.7 kB',
  },
  {
    name: 'directoryResults, without undici',
    path: 'dist/server/results/index.js',
    import: '{ directoryResults }',
    ignore: ['undici', 'node:*'],
    gzip: true,
    limit: '3 kB',
  },
  {
    name: 's3Results, without the SDK',
    path: 'dist/server/s3/index.js',
    import: '{ s3Results }',
    ignore: ['@aws-sdk/*'],
    gzip: true,
    limit: '1.8 kB',
  },
  {
    name: 'useGenerations, without the client',
    path: 'dist/react/index.js',
    import: '{ useGenerations }',
    ignore: ['react', 'xstate', '@xstate/react'],
    gzip: true,
    limit: '1.2 kB',
    modifyEsbuildConfig: beyond('../machines/*'),
  },
  {
    name: 'useTimeLeft, without the text',
    path: 'dist/react/index.js',
    import: '{ useTimeLeft }',
    ignore: ['react', 'xstate', '@xstate/react'],
    gzip: true,
    limit: '0.8 kB',
    modifyEsbuildConfig: beyond('../machines/*'),
  },
  {
    name: 'useImageGenerator, whole',
    path: 'dist/react/drop-in/index.js',
    import: '{ useImageGenerator }',
    ignore: ['react', 'xstate', '@xstate/react'],
    gzip: true,
    limit: '76 kB',
  },
  {
    name: 'useVideoGenerator, whole',
    path: 'dist/react/drop-in/index.js',
    import: '{ useVideoGenerator }',
    ignore: ['react', 'xstate', '@xstate/react'],
    gzip: true,
    limit: '76 kB',
  },
  {
    name: 'localStore',
    path: 'dist/adapters/index.js',
    import: '{ localStore }',
    gzip: true,
    limit: '7 kB',
  },
  {
    name: 'indexedStore, with idb',
    path: 'dist/adapters/index.js',
    import: '{ indexedStore }',
    gzip: true,
    limit: '5.6 kB',
  },
  {
    name: 'browserLocks',
    path: 'dist/adapters/index.js',
    import: '{ browserLocks }',
    gzip: true,
    limit: '1.7 kB',
  },
];
