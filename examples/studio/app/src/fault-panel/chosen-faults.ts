import type { JsonObject } from 'generation-lifecycle';
import { useSyncExternalStore } from 'react';
import { faultsInAddress, putFaultsInAddress, watchFaults } from '../faults.js';

/** The faults in the page's URL, by name. Invalid JSON counts as no faults. */
export function useChosenFaults(): readonly [JsonObject, (chosen: JsonObject) => void] {
  const text = useSyncExternalStore(watchFaults, faultsInAddress);
  return [parse(text), choose];
}

const choose = (chosen: JsonObject) =>
  putFaultsInAddress(Object.keys(chosen).length === 0 ? '' : JSON.stringify(chosen));

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
