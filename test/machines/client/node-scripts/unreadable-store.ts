import { createPictures } from './pictures.js';

const client = createPictures({ readGenerations: () => Promise.reject(Error('no disk')) });
client.subscribe(() => {
  const { storageError } = client.getSnapshot();
  if (storageError) console.log(storageError);
});
