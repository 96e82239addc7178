import RunwayML from '@runwayml/sdk';

/** @type {import('../../charges/submit.types.js').Submit} */
const create = ({ url, timeoutMs }) =>
  new RunwayML({ apiKey: 'key', baseURL: url, ...(timeoutMs && { timeout: timeoutMs }) }).imageToVideo.create({
    model: 'gen4_turbo',
    promptImage: 'https://files.test/lighthouse.png',
    promptText: 'a lighthouse',
    ratio: '1280:720',
    duration: 5,
  });

export const submits = { runway: create };
