import { readFileSync } from 'node:fs';
import path from 'node:path';
import { adapterMutants } from './adapter.mutants.mjs';
import { aiSdkMutants } from './ai-sdk.mutants.mjs';
import { bindingMutants } from './bindings.mutants.mjs';
import { blackForestLabsMutants } from './black-forest-labs.mutants.mjs';
import { chartMutants } from './chart.mutants.mjs';
import { clientMutants } from './client.mutants.mjs';
import { clientLeavingMutants } from './client-leaving.mutants.mjs';
import { clientProofMutants } from './client-proof.mutants.mjs';
import { clientWishMutants } from './client-wishes.mutants.mjs';
import { comfyuiMutants } from './comfyui.mutants.mjs';
import { comfyuiServerMutants } from './comfyui-server.mutants.mjs';
import { conformanceMutants } from './conformance.mutants.mjs';
import { devicesMutants } from './devices.mutants.mjs';
import { devtoolsMutants } from './devtools.mutants.mjs';
import { documentedPromiseMutants } from './documented-promises.mutants.mjs';
import { dropInMutants } from './dropin.mutants.mjs';
import { engineMutants } from './engine.mutants.mjs';
import { etaMutants } from './eta.mutants.mjs';
import { googleMutants } from './google.mutants.mjs';
import { gradioMutants } from './gradio.mutants.mjs';
import { hookMutants } from './hook.mutants.mjs';
import { inputsMutants } from './inputs.mutants.mjs';
import { kitMutants } from './kit.mutants.mjs';
import { learnedReadsMutants } from './learned-reads.mutants.mjs';
import { machineMutants } from './machine.mutants.mjs';
import { mediaMutants } from './media.mutants.mjs';
import { moneyMutants } from './money.mutants.mjs';
import { mountingMutants } from './mounting.mutants.mjs';
import { networkMutants } from './network.mutants.mjs';
import { observeMutants } from './observe.mutants.mjs';
import { openaiMutants } from './openai.mutants.mjs';
import { postgresMutants } from './postgres.mutants.mjs';
import { readsMutants } from './reads.mutants.mjs';
import { replicateMutants } from './replicate.mutants.mjs';
import { resultsMutants } from './results.mutants.mjs';
import { runGenerationMutants } from './run-generation.mutants.mjs';
import { runwayMutants } from './runway.mutants.mjs';
import { serverMutants } from './server.mutants.mjs';
import { serverHooksProofMutants } from './server-hooks-proof.mutants.mjs';
import { serverProofMutants } from './server-proof.mutants.mjs';
import { serverlessMutants } from './serverless.mutants.mjs';
import { storeMutants } from './store.mutants.mjs';
import { vendorMutants } from './vendor.mutants.mjs';
import { waitMutants } from './wait.mutants.mjs';

/** @import { Mutant } from './mutant.types.js' */

/** All of them. @type {readonly Mutant[]} */
export const mutants = [
  ...hookMutants,
  ...bindingMutants,
  ...dropInMutants,
  ...storeMutants,
  ...chartMutants,
  ...machineMutants,
  ...waitMutants,
  ...adapterMutants,
  ...kitMutants,
  ...vendorMutants,
  ...replicateMutants,
  ...runwayMutants,
  ...blackForestLabsMutants,
  ...comfyuiMutants,
  ...comfyuiServerMutants,
  ...googleMutants,
  ...gradioMutants,
  ...openaiMutants,
  ...postgresMutants,
  ...aiSdkMutants,
  ...devicesMutants,
  ...serverMutants,
  ...serverHooksProofMutants,
  ...serverProofMutants,
  ...resultsMutants,
  ...serverlessMutants,
  ...learnedReadsMutants,
  ...engineMutants,
  ...observeMutants,
  ...inputsMutants,
  ...mediaMutants,
  ...moneyMutants,
  ...mountingMutants,
  ...networkMutants,
  ...conformanceMutants,
  ...devtoolsMutants,
  ...clientMutants,
  ...clientProofMutants,
  ...clientWishMutants,
  ...clientLeavingMutants,
  ...runGenerationMutants,
  ...readsMutants,
  ...etaMutants,
  ...documentedPromiseMutants,
];

/**
 * The source of a file with the fault in it. Writes nothing.
 *
 * @param {Mutant} mutant
 * @param {string} folder the repository, or a copy of it
 * @throws Error if `find` does not occur exactly once in the file
 */
export function seed({ name, file, find, replace }, folder) {
  const parts = readFileSync(path.join(folder, file), 'utf8').split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(
    `The mutant '${name}' is stale: its text occurs ${parts.length - 1} times in ${file}, not once. Update its "find".`,
  );
}
