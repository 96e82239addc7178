import { openaiDouble, type VendorJob } from 'generation-lifecycle/testing/vendors';

// During development Vite evaluates this module again after each change. The jobs stay the same.
const shared = globalThis as { openaiJobs?: Map<string, VendorJob> };

/** A picture as OpenAI gives it: Base64. */
function draw(prompt: string): string {
  const hue = Array.from(prompt).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
  return btoa(
    `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="384"><rect width="512" height="384" fill="hsl(${hue} 60% 80%)"/><circle cx="256" cy="192" r="128" fill="hsl(${hue} 60% 45%)"/></svg>`,
  );
}

/** An OpenAI on this machine, which needs no key and costs nothing. */
export function makeDouble() {
  shared.openaiJobs ??= new Map();
  return openaiDouble({
    jobs: shared.openaiJobs,
    scenario: input => ({
      queuedMs: 1_000,
      runningMs: 4_000,
      output: [
        {
          id: 'ig_1',
          type: 'image_generation_call',
          status: 'completed',
          output_format: 'svg',
          result: draw(JSON.stringify(input)),
        },
      ],
    }),
  });
}
