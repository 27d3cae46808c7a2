// Before the tests: the servers that they run against must be there. Missing Debian packages are installed where
// that is possible without a question, otherwise they are named and nothing is tested. Runs on Node.js 20, too.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const needed = [
  { package: 'prometheus', binary: 'prometheus' },
  { package: 'openssh-server', binary: 'sshd' },
  { package: 'openssh-client', binary: 'ssh' },
  { package: 'shellcheck', binary: 'shellcheck' },
];

const missing = needed.filter(({ binary }) => !isInstalled(binary));
if (missing.length > 0) {
  const names = [...new Set(missing.map((one) => one.package))];
  if (!install(names)) fail(names);
  const still = missing.filter(({ binary }) => !isInstalled(binary));
  if (still.length > 0) fail(still.map((one) => one.package));
}

/** Servers live in sbin, which is not in everybody's PATH. */
function isInstalled(binary) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, binary), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** True if apt-get could be run as root; whether the binaries are there then is looked at afterwards. */
function install(names) {
  const prefix = rootPrefix();
  if (prefix === undefined || !isInstalled('apt-get')) return false;
  process.stdout.write(`installing ${names.join(', ')} for the tests\n`);
  const asRoot = (...words) =>
    spawnSync([...prefix, ...words][0], [...prefix, ...words].slice(1), { stdio: 'inherit' });

  // Debian starts a server as soon as its package is installed, unless this file answers 101; the tests start
  // their own. A policy that is already there is the machine's and stays.
  const policy = '/usr/sbin/policy-rc.d';
  const quiet = asRoot(
    'sh',
    '-c',
    `test ! -e ${policy} && printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`,
  );
  try {
    const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300'];
    asRoot(...apt, 'update', '-q');
    return asRoot(...apt, 'install', '-q', '-y', '--no-install-recommends', ...names).status === 0;
  } finally {
    if (quiet.status === 0) asRoot('rm', '-f', policy);
  }
}

/** What to put before a command so that it runs as root without asking for a password; undefined if nothing does. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

function fail(names) {
  process.stderr.write(
    `The tests need ${names.join(', ')}, which this machine does not have and this user may not install. Install with:\n` +
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}\n`,
  );
  process.exit(1);
}
