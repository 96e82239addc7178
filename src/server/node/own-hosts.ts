import { toRefusalAnswer } from '../request/answers.js';
import { foreignHost } from '../request/origins.js';
import type { GenerationServer } from '../server.types.js';

/**
 * Names of this machine. Nobody's DNS leads a page to them: `localhost` is the machine's own, and an address is no name.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
const isThisMachine = (name: string): boolean =>
  /^(?:.+\.)?localhost$/.test(name) || /^\[.*\]$/.test(name) || /^\d+(?:\.\d+){3}$/.test(name);

/** Without the port, which a proxy may have changed. */
const toName = (host: string): string => {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return host;
  }
};

/**
 * Refuses requests by a name that is not ours. A page of another site whose name its owner leads to this machine is of the same origin for the
 * browser, which lets it read and send everything.
 */
export function withOwnHosts({ handle, hosts = [] }: GenerationServer): GenerationServer['handle'] {
  const names = new Set(hosts.map(toName));
  let isTold = false;
  return async request => {
    const { hostname } = new URL(request.url);
    if (isThisMachine(hostname) || names.has(hostname)) return handle(request);
    if (!isTold) {
      isTold = true;
      const known = names.size > 0 ? `, and not ${[...names].join(', ')}` : '';
      console.warn(
        `generation-lifecycle: serve() has refused a request whose Host is not this machine${known}. If it is yours, name it: createGenerationServer({ origin: 'https://app.example.com' }), or hosts.`,
      );
    }
    return toRefusalAnswer(foreignHost());
  };
}
