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
  let paths = options.paths;
  let signature = signatureOf(paths);
  let watchers: readonly FSWatcher[] = [];
  let quiet: NodeJS.Timeout | undefined;

  const look = (): void => {
    const now = signatureOf(paths);
    if (now === signature) return;
    signature = now;
    rearm();
    options.onChange();
  };
  const soon = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(look, options.debounceMs);
  };
  const rearm = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = foldersOf(paths).flatMap((folder) => watchFolder(folder, soon));
  };
  const poll = setInterval(look, options.pollMs ?? 15_000);
  poll.unref();
  rearm();

  return {
    watchPaths: (next) => {
      paths = next;
      signature = signatureOf(paths);
      rearm();
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

/** Changes with the contents of any path; a path that is gone has a signature too. */
function signatureOf(paths: readonly string[]): string {
  return paths
    .flatMap((path) => (isFolder(path) ? yamlFilesOf(path) : [path]))
    .map(oneSignature)
    .join('\n');
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
