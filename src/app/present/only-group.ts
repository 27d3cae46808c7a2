import type { DecisionRecord } from '../../domain/record.ts';

/** The record with one node group alone; the whole record without a name. */
export function onlyGroup(record: DecisionRecord, group: string | undefined): DecisionRecord {
  if (group === undefined) return record;
  const its = (each: { readonly group: string }): boolean => each.group === group;
  return {
    ...record,
    groups: record.groups.filter(its),
    steps: record.steps.filter(its),
    calendar: record.calendar.filter(its),
  };
}
