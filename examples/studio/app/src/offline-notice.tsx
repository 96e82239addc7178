import { useOnline } from './use-online.js';

/** Says what a lost network means for what runs. */
export function OfflineNotice() {
  const isOnline = useOnline();
  return (
    !isOnline && (
      <p className="notice" role="alert">
        <b>You are offline.</b> What runs goes on at the backend, and is shown when you are back. Nothing is paid twice.
      </p>
    )
  );
}
