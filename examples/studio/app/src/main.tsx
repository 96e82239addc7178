import { openStudio } from './open-studio.js';

await openStudio();
