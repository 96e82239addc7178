import { createPictures } from './pictures.js';

const client = createPictures({ upsertItems: () => Promise.reject(Error('no room')) });
client.on('generation.completed', () => console.log(client.getSnapshot().storageError));
client.generate('a lighthouse');
