import type { FileKind } from 'generation-lifecycle/adapters';

/** Decorative: the text beside it says the same. */
export function KindIcon({ kind }: { readonly kind: FileKind }) {
  return (
    <svg className="kind-icon" viewBox="0 0 24 24" aria-hidden="true">
      {kind === 'image' ? (
        <>
          <rect x="3" y="4.5" width="18" height="15" rx="3" />
          <path d="m5 17 4.5-6 3.5 4 2.5-3 3.5 5" />
          <circle cx="15.5" cy="9" r="1.5" />
        </>
      ) : (
        <>
          <rect x="3" y="5" width="18" height="14" rx="3" />
          <path d="m10 9 5 3-5 3z" />
        </>
      )}
    </svg>
  );
}
