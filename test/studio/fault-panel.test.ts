import { describe, expect, it } from 'vitest';
import {
  defaultOption,
  type FaultField,
  type ShownFault,
} from '../../examples/studio/app/src/fault-panel/fault-entry.js';
import { faultEntries, faultGroups } from '../../examples/studio/app/src/fault-panel/fault-groups.js';
import { faultPresets } from '../../examples/studio/app/src/faults.js';
import { checkFaults, faultNames, parseFaults } from '../../examples/studio/server/faults.js';

const entries: readonly (readonly [string, ShownFault])[] = Object.entries(faultEntries);

/** The maximum of a number, or each option of a choice. */
function valuesOf(field: FaultField | undefined): readonly (string | number)[] {
  if (field?.kind === 'choice') return field.options.filter(option => option !== defaultOption);
  return field?.kind === 'number' ? [field.max] : [];
}

describe('the fault panel', () => {
  it('has every fault of the backend, each in one group', () => {
    const grouped = faultGroups.flatMap(group => Object.keys(group.entries));
    expect(grouped.sort()).toEqual([...faultNames].sort());
  });

  it.each(entries)('starts %s with valid values, and offers only valid choices', (name, entry) => {
    const { initial, field, fields = {} } = entry;
    expect(checkFaults({ [name]: initial })).toEqual({ [name]: initial });
    for (const value of valuesOf(field)) checkFaults({ [name]: value });
    for (const [member, each] of Object.entries(fields)) {
      for (const value of valuesOf(each)) checkFaults({ [name]: { ...Object(initial), [member]: value } });
    }
  });

  it('describes each in a sentence, with unique titles in a group', () => {
    for (const { entries: group } of faultGroups) {
      const titles = Object.values(group).map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
    }
    expect(entries.filter(([, { description }]) => !/^[A-Z].{20,}\.$/.test(description))).toEqual([]);
  });

  it('has valid presets', () => {
    const faults = faultPresets.map(preset => preset.faults).filter(text => text !== '');
    expect(faults.length).toBeGreaterThan(5);
    for (const text of faults) parseFaults(text);
  });
});
