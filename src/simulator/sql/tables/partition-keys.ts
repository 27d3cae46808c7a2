/* The model holds no columns: what the recorded tables are partitioned and distributed by. */

interface Keys {
  readonly partition: string;
  readonly distribution: string;
  readonly type?: 'DATEV2' | 'DATETIMEV2';
}

const NO_KEY: Keys = { partition: '', distribution: 'id' };

const PARTITION_KEYS: Readonly<Partial<Record<string, Keys>>> = {
  orders: { partition: 'day', distribution: 'id', type: 'DATEV2' },
  audit_log: { partition: 'time', distribution: 'query_id', type: 'DATETIMEV2' },
  column_statistics: { partition: '', distribution: 'id, catalog_id, db_id, tbl_id, idx_id, col_id, part_id' },
  histogram_statistics: { partition: '', distribution: 'id, catalog_id, db_id, tbl_id, idx_id, col_id' },
  partition_statistics: {
    partition: '',
    distribution: 'catalog_id, db_id, tbl_id, idx_id, part_name, part_id, col_id',
  },
};

export function keysOf(table: string): Keys {
  return PARTITION_KEYS[table] ?? NO_KEY;
}

export interface PartitionRange {
  readonly type: 'DATEV2' | 'DATETIMEV2';
  readonly from: string;
  readonly until: string;
}

/** From a name such as `p202601` (a month) or `p20261123` (a day); the first month has everything before it too. */
export function partitionRange(table: string, partition: string, isFirst: boolean): PartitionRange | undefined {
  const { type } = keysOf(table);
  const [, year, month, day] = /^p(\d{4})(\d{2})(\d{2})?$/.exec(partition) ?? [];
  if (type === undefined || year === undefined || month === undefined) return undefined;
  const start = [Number(year), Number(month), Number(day ?? 1)] as const;
  const time = type === 'DATETIMEV2' ? ' 00:00:00' : '';
  return {
    type,
    from: `${isFirst && day === undefined ? '0000-01-01' : written(start)}${time}`,
    until: `${written(day === undefined ? nextMonth(start) : nextDay(start))}${time}`,
  };
}

type YearMonthDay = readonly [year: number, month: number, day: number];

function nextMonth([year, month]: YearMonthDay): YearMonthDay {
  return month === 12 ? [year + 1, 1, 1] : [year, month + 1, 1];
}

function nextDay([year, month, day]: YearMonthDay): YearMonthDay {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31;
  return day < days ? [year, month, day + 1] : nextMonth([year, month, day]);
}

function written([year, month, day]: YearMonthDay): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year)}-${two(month)}-${two(day)}`;
}
