import { buildStudio } from '../../scripts/build-studio.mjs';

/** Builds the studio's page once before the tests, and what it needs: the library and the backend. */
export function setup(): void {
  buildStudio();
}
