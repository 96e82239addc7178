import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Signs paths. Two signatures of one path are never equal. */
export type Signer = {
  /** The path with `?exp=…&nonce=…&sig=…`. Without `validMs` it is valid as long as the signer says. */
  sign(path: string, validMs?: number | undefined): string;
  /** Whether this signer made the signature, for this path, and it has not expired. */
  verify(path: string, query: URLSearchParams): boolean;
};

/**
 * Creates a {@link Signer} with its own secret.
 *
 * @example
 * const signer = createSigner({ validMs: 3_600_000 });
 * signer.sign('/media/1.png'); // '/media/1.png?exp=…&nonce=…&sig=…'
 */
export function createSigner({ validMs }: { readonly validMs: number }): Signer {
  const secret = randomBytes(32);
  const seal = (path: string, exp: string, nonce: string) =>
    createHmac('sha256', secret).update(`${path}\n${exp}\n${nonce}`).digest();
  return {
    sign(path, ownValidMs = validMs) {
      const exp = String(Date.now() + ownValidMs);
      const nonce = randomBytes(9).toString('base64url');
      return `${path}?${new URLSearchParams({ exp, nonce, sig: seal(path, exp, nonce).toString('base64url') })}`;
    },
    verify(path, query) {
      const exp = query.get('exp') ?? '';
      const given = Buffer.from(query.get('sig') ?? '', 'base64url');
      const expected = seal(path, exp, query.get('nonce') ?? '');
      return given.length === expected.length && timingSafeEqual(given, expected) && Number(exp) > Date.now();
    },
  };
}
