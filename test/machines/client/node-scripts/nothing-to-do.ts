import { createPictures } from './pictures.js';

const client = createPictures();
client.subscribe(() => {
  if (client.getSnapshot().isReady) console.log('ready');
});
