/** Ids, hosts, ports, names and versions differ from cluster to cluster and are taken out before texts are compared. */
export function withoutNames(text: string): string {
  return (
    text
      .replaceAll(/fe_[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}/g, '<name>')
      .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '<host>')
      .replaceAll(/(<host>:|port:)\d+/g, '$1<port>')
      .replaceAll(/statement id: \d+/g, 'statement id: <number>')
      // Which partition is found first, and so how many replicas it has, is the order of a hash map.
      .replaceAll(
        /partition \S+ of table \S+ 's replication allocation \{ (\S+): \d \}/g,
        'partition <name> { $1: <number> }',
      )
      .replaceAll(/doris-\d[\w.-]*/g, '<version>')
      .replaceAll(/\b\d{5,}\b/g, '<id>')
  );
}

/** What a cell looks like, whatever its value. Words are states and compared as they are. */
export function shapeOf(cell: string | null): string {
  if (cell === null) return 'NULL';
  const found = SHAPES.find(([, pattern]) => pattern.test(cell));
  if (found !== undefined) return found[0];
  return cell.startsWith('{') ? jsonShape(cell) : 'text';
}

const SHAPES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['empty', /^\s*$/],
  ['boolean', /^(true|false)$/],
  ['integer', /^-?\d+$/],
  ['decimal', /^-?\d+\.\d+$/],
  ['double', /^-?\d\.\d+E-?\d+$/],
  ['size', /^(0\.000 |\d+\.\d{3} (B|KB|MB|GB|TB))$/],
  ['memory', /^(0\.00 |\d+\.\d{2} (B|KB|MB|GB|TB))$/],
  ['percent', /^\d+\.\d{2} ?%$/],
  ['time', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/],
  ['graph', /^>+$/],
  ['frontend name', /^fe_[0-9a-f_]{36}$/],
  ['version', /^doris-\d\S*$/],
  ['IPv4', /^\d{1,3}(\.\d{1,3}){3}$/],
  ['IPv4 and port', /^\d{1,3}(\.\d{1,3}){3}:\d+$/],
  ['query id', /^[0-9a-f]{8,16}-[0-9a-f]{8,16}$/],
];

/** Keys in their order, with the shape of each value; Tag maps have blanks around their colons. */
function jsonShape(cell: string): string {
  try {
    const entries = Object.entries(JSON.parse(cell) as Record<string, unknown>);
    const spaced = / : /.test(cell) ? 'spaced ' : '';
    return `${spaced}{${entries.map(([key, value]) => `${/^\d{5,}$/.test(key) ? '<id>' : key}: ${shapeOf(String(value))}`).join(', ')}}`;
  } catch {
    return 'text';
  }
}
