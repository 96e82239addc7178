/** What Bun and Deno have as globals. */
type Fetch = (request: Request) => Response | Promise<Response>;

declare const Bun: { serve(options: { fetch: Fetch; hostname?: string; port?: number; idleTimeout?: number }): void };
declare const Deno: { serve(options: { hostname?: string; port?: number }, handler: Fetch): void };
