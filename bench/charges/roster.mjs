/**
 * Who submits. `action` is what the user's click calls.
 *
 * @typedef {{ id: string, name: string, action: string, package?: string, file: string, isOurs?: boolean }} Payer
 */

const vendors = '../vendors/charges';

/** @type {readonly Payer[]} */
export const roster = [
  { id: 'fal', name: 'fal', action: '`fal.subscribe`', package: '@fal-ai/client', file: `${vendors}/fal.mjs` },
  {
    id: 'replicate',
    name: 'replicate',
    action: '`replicate.run`',
    package: 'replicate',
    file: `${vendors}/replicate.mjs`,
  },
  { id: 'openai', name: 'openai', action: '`images.generate`', package: 'openai', file: `${vendors}/openai.mjs` },
  {
    id: 'runway',
    name: 'runway',
    action: '`imageToVideo.create`',
    package: '@runwayml/sdk',
    file: `${vendors}/runway.mjs`,
  },
  { id: 'ai-image', name: 'AI SDK', action: '`generateImage`', package: 'ai', file: `${vendors}/ai-sdk.mjs` },
  { id: 'ai-video', name: 'AI SDK', action: '`generateVideo`', package: 'ai', file: `${vendors}/ai-sdk.mjs` },
  {
    id: 'ai-video-poll',
    name: 'AI SDK',
    action: '`generateVideo` with `poll`',
    package: 'ai',
    file: `${vendors}/ai-sdk.mjs`,
  },
  { id: 'ours', name: 'ours', action: '`fileBackend`', file: './ours.mjs', isOurs: true },
  { id: 'ours-find', name: 'ours', action: '… with `canFindByKey`', file: './ours.mjs', isOurs: true },
  {
    id: 'ours-replays',
    name: 'ours',
    action: "… with `idempotentSubmit: 'replays'`",
    file: './ours.mjs',
    isOurs: true,
  },
  {
    id: 'ours-rejects',
    name: 'ours',
    action: "… with `idempotentSubmit: 'rejects'`",
    file: './ours.mjs',
    isOurs: true,
  },
  { id: 'ours-client', name: 'ours', action: '`createGenerationClient`', file: './ours.mjs', isOurs: true },
];
