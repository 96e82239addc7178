import { replicateDouble } from 'generation-lifecycle/testing/vendors';

/** @param {string} prompt */
function draw(prompt) {
  const hue = Array.from(prompt).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="384"><rect width="512" height="384" fill="hsl(${hue} 60% 80%)"/><circle cx="256" cy="192" r="128" fill="hsl(${hue} 60% 45%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** A Replicate on this machine, which needs no token and costs nothing. */
export const makeDouble = () =>
  replicateDouble({
    scenario: input => ({ queuedMs: 1_000, runningMs: 4_000, output: [draw(JSON.stringify(input))] }),
  });
