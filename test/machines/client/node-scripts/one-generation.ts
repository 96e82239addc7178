import { createPictures } from './pictures.js';

const { items } = createPictures().generate('a lighthouse');
void items.then(([item]) => console.log(item?.url));
