import type { StudioBackend } from './clients/studio-backend.js';

/** What is true of a playground, and not of a product. */
export function InPageNote({ backend }: { readonly backend: StudioBackend }) {
  return (
    <p className="notice in-page-note">
      <span>
        <b>There is no server.</b> The backend and its painter run in this page, nothing is sent, and nothing is paid.
        Reload whenever you like: the backend ends with the page and starts again with what it has kept in your browser.{' '}
        {backend.name === 'in-house' && 'A picture that was not finished is painted from its beginning. '}
        <a href="../">Documentation</a>
      </span>
    </p>
  );
}
