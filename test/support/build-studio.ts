import { buildStudio } from '../../scripts/build-studio.mjs';

/** Compiles the reference backend and the library, which its server half needs, once before the tests, unless what is compiled is newer than all of its sources. */
export function setup(): void {
  buildStudio(undefined, ['library', 'server']);
}
