import { readdirSync, realpathSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';

export interface WatchOptions {
  /** The policy's file or folder, and the files of its secrets. */
  readonly paths: readonly string[];
  /** Called once after the changes of one moment; what has changed is for the caller to read. */
  readonly onChange: () => void;
  /** Quiet time after the last change, since editors write in several steps. */
  readonly debounceMs: number;
  /** Looks by itself as well, for file systems that report nothing and folders that are replaced. Default 15 s. */
  readonly pollMs?: number;
}

export interface PolicyWatch {
  /** The paths may differ after each reading: a policy may name other secrets. */
  readonly watchPaths: (paths: readonly string[]) => void;
  readonly close: () => void;
}

/**
 * Reports changes of files, whichever way they come: written in place, replaced by an editor, or swapped by a symbolic
 * link as Kubernetes does with mounted ConfigMaps. Folders are watched, not files, since a replaced file is another one.
 */
export function watchPolicy(options: WatchOptions): PolicyWatch {
  let signatures = signaturesOf(options.paths);
  let watchers: readonly FSWatcher[] = [];
  let quiet: NodeJS.Timeout | undefined;

  const paths = (): readonly string[] => [...signatures.keys()];
  const look = (): void => {
    const now = signaturesOf(paths());
    const changed = paths().some((path) => now.get(path) !== signatures.get(path));
    if (!changed) return;
    signatures = now;
    rearm();
    options.onChange();
  };
  const soon = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(look, options.debounceMs);
  };
  const rearm = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = foldersOf(paths()).flatMap((folder) => watchFolder(folder, soon));
  };
  const poll = setInterval(look, options.pollMs ?? 15_000);
  poll.unref();
  rearm();

  return {
    watchPaths: (next) => {
      // What was watched before keeps the signature of its last reading: a change since then is still news.
      signatures = new Map([...signaturesOf(next)].map(([path, now]) => [path, signatures.get(path) ?? now]));
      rearm();
      soon();
    },
    close: () => {
      clearTimeout(quiet);
      clearInterval(poll);
      for (const watcher of watchers) watcher.close();
      watchers = [];
    },
  };
}

/** A folder that cannot be watched is left to the poll. */
function watchFolder(folder: string, onEvent: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', onEvent);
    return [watcher];
  } catch {
    return [];
  }
}

function foldersOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => (isFolder(path) ? path : dirname(path))))];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** One for each path, which changes with its contents; a path that is gone has a signature too. */
function signaturesOf(paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    paths.map((path) => [path, (isFolder(path) ? yamlFilesOf(path) : [path]).map(oneSignature).join('\n')]),
  );
}

function yamlFilesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.ya?ml$/i.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch {
    return [folder];
  }
}

function oneSignature(path: string): string {
  try {
    const real = realpathSync(path);
    const { ino, size, mtimeMs, ctimeMs } = statSync(real);
    return [path, real, ino, size, mtimeMs, ctimeMs].join(' ');
  } catch {
    return `${path} gone`;
  }
}
