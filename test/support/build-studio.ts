import { buildStudio } from '../../scripts/build-studio.mjs';

/** Compiles the reference backend once before the tests, unless what is compiled is newer than all of its sources. */
export function setup(): void {
  buildStudio(undefined, ['server']);
}
