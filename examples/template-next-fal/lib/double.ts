import { falDouble, type VendorJob } from 'generation-lifecycle/testing/vendors';

// Next evaluates this module more than once: for instrumentation.ts, for the routes, and after each change. They all need the same jobs.
const shared = globalThis as { falJobs?: Map<string, VendorJob> };

function draw(prompt: string): string {
  const hue = Array.from(prompt).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="384"><rect width="512" height="384" fill="hsl(${hue} 60% 80%)"/><circle cx="256" cy="192" r="128" fill="hsl(${hue} 60% 45%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** A fal on this machine, which needs no key and costs nothing. */
export function makeDouble() {
  shared.falJobs ??= new Map();
  return falDouble({
    jobs: shared.falJobs,
    scenario: input => ({
      queuedMs: 1_000,
      runningMs: 4_000,
      output: { images: [{ url: draw(JSON.stringify(input)) }] },
    }),
  });
}
