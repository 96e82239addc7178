/**
 * min+gzip, per named import, without peers.
 * @type {import('size-limit').SizeLimitConfig}
 */
export default [
  {
    name: 'createGenerationMachine',
    path: 'dist/machines/index.js',
    import: '{ createGenerationMachine }',
    ignore: ['xstate'],
    gzip: true,
    limit: '4 kB',
  },
  {
    name: 'fileBackend, with reader, parser and schema',
    path: 'dist/adapters/index.js',
    import: '{ fileBackend }',
    gzip: true,
    limit: '8 kB',
  },
  {
    name: 'sharedEvents',
    path: 'dist/adapters/index.js',
    import: '{ sharedEvents }',
    gzip: true,
    limit: '1.5 kB',
  },
  {
    name: 'sharedReads',
    path: 'dist/adapters/index.js',
    import: '{ sharedReads }',
    gzip: true,
    limit: '1.5 kB',
  },
  {
    name: 'useGeneration, without the machine',
    path: 'dist/react/index.js',
    import: '{ useGeneration }',
    ignore: ['react', 'xstate', '@xstate/react'],
    gzip: true,
    limit: '1.5 kB',
    modifyEsbuildConfig: config => ({ ...config, external: [...(config.external ?? []), '../machines/*'] }),
  },
  {
    name: 'createGenerationTool, with the machine',
    path: 'dist/machines/index.js',
    import: '{ createGenerationMachine, createGenerationTool, createToolMachine, viewTool }',
    ignore: ['xstate'],
    gzip: true,
    limit: '13.5 kB',
  },
  {
    name: 'recordGeneration',
    path: 'dist/machines/index.js',
    import: '{ recordGeneration }',
    ignore: ['xstate'],
    gzip: true,
    limit: '3 kB',
  },
  {
    name: 'inspector, without the package that it loads',
    path: 'dist/adapters/index.js',
    import: '{ inspector }',
    ignore: ['@statelyai/inspect'],
    gzip: true,
    limit: '3 kB',
  },
];
