/** What Bun and Deno have as globals. */
type Fetch = (request: Request) => Response | Promise<Response>;

declare const Bun: { serve(options: { fetch: Fetch; hostname?: string; idleTimeout?: number }): void };
declare const Deno: { serve(options: { hostname?: string }, handler: Fetch): void };
