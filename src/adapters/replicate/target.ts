import type { ReplicateTarget } from './replicate.types.js';

/** Where a submit goes, and what names the kind of its jobs. */
export type Target = {
  readonly path: string;
  readonly body: { readonly version?: string };
  readonly label: string;
  /** An official model. Any other, and a deployment, may be a private one, whose machine is paid for. */
  readonly isPublic: boolean;
  /** What to do if it is not there. */
  readonly advice: string;
};

// A path that leads elsewhere, or has a query, is no model.
const reference = /^(\w[\w.-]*\/\w[\w.-]*)(?::(\w[\w.-]*))?$/;
const versionAlone = /^[\da-f]{64}$/i;

/** @throws TypeError for what is neither a model nor a deployment, and for both of them */
export function toTarget({ model, deployment }: ReplicateTarget): Target {
  const [, name, version] = reference.exec(String(model ?? deployment)) ?? [];
  if (model !== undefined && deployment === undefined) {
    if (name !== undefined && version === undefined)
      return {
        path: `/models/${name}/predictions`,
        body: {},
        label: name,
        isPublic: true,
        advice: `Check the option model. A community model needs its version: ${name}:version`,
      };
    if (version !== undefined || versionAlone.test(model))
      return {
        path: '/predictions',
        body: { version: version ?? model },
        label: name ?? model.slice(0, 12),
        isPublic: false,
        advice: 'Check the version in the option model',
      };
  }
  if (deployment !== undefined && model === undefined && name !== undefined && version === undefined)
    return {
      path: `/deployments/${name}/predictions`,
      body: {},
      label: name,
      isPublic: false,
      advice: 'Check the option deployment',
    };
  throw new TypeError(
    'replicate() needs one of two options: model, as owner/name or owner/name:version, or deployment, as owner/name.',
  );
}
