/** Every series of an exposition by its name and labels, without our prefix. */
export function seriesOf(text: string): ReadonlyMap<string, number> {
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): [string, number] => {
      const end = line.lastIndexOf(' ');
      const name = line.slice(0, end);
      if (!name.startsWith('doris_autoscaler_')) throw new Error(`not ours: ${line}`);
      return [name.slice('doris_autoscaler_'.length), Number(line.slice(end + 1))];
    });
  return new Map(series);
}
