import type { JsonObject } from 'generation-lifecycle';
import { useSyncExternalStore } from 'react';
import { faultsInAddress, putFaultsInAddress, watchFaults } from '../faults.js';

/** The faults that are chosen, by name, as the page's address has them. What is no JSON there is none. */
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
