import { createReplicate } from '@ai-sdk/replicate';
import { generateImage, experimental_generateVideo as generateVideo } from 'ai';

/** @import { Submit } from '../../charges/submit.types.js' */

/** @param {string} url */
const replicate = url => createReplicate({ apiToken: 'token', baseURL: `${url}/v1` });

/** @type {Submit} */
const image = ({ url }) => generateImage({ model: replicate(url).image('owner/model'), prompt: 'a lighthouse' });

/** @type {Submit} */
const video = ({ url }) => generateVideo({ model: replicate(url).video('owner/model'), prompt: 'a lighthouse' });

/** @type {Submit} */
const polledVideo = ({ url }) =>
  generateVideo({ model: replicate(url).video('owner/model'), prompt: 'a lighthouse', poll: { intervalMs: 1_000 } });

export const submits = { 'ai-image': image, 'ai-video': video, 'ai-video-poll': polledVideo };
