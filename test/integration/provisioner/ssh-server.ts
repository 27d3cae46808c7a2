import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { waitFor } from '../../support/wait-for.ts';

export interface SshServer {
  readonly user: string;
  /** The ssh command that reaches it, with its own key and known hosts. */
  readonly ssh: string;
  stop(): Promise<void>;
}

/** Debian's sshd for these loopback hosts, as this user, with a key made for it; it ends with the test. */
export async function startSshServer(folder: string, hosts: readonly string[]): Promise<SshServer> {
  const port = await freePort(hosts[0] ?? '127.0.0.1');
  const user = userInfo().username;
  for (const name of ['host', 'client']) {
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, `${name}.key`)]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr.toString()}`);
  }
  const hostKey = readFileSync(join(folder, 'host.key.pub'), 'utf8').trim();
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'client.key.pub')), { mode: 0o600 });
  writeFileSync(join(folder, 'known_hosts'), hosts.map((host) => `[${host}]:${String(port)} ${hostKey}\n`).join(''));
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      ...hosts.map((host) => `ListenAddress ${host}:${String(port)}`),
      `HostKey ${join(folder, 'host.key')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(folder, 'ssh_config'),
    [
      'Host *',
      `  Port ${String(port)}`,
      `  IdentityFile ${join(folder, 'client.key')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${join(folder, 'known_hosts')}`,
      '  StrictHostKeyChecking yes',
      '  BatchMode yes',
      '  ConnectTimeout 5',
      '',
    ].join('\n'),
  );
  // Made by the service that Debian would start; only sshd as root looks for it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const server = spawn(sshd(), ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => {
      resolve();
    });
  });
  const ssh = `ssh -F ${join(folder, 'ssh_config')}`;
  await waitFor('sshd that lets us in', () => {
    if (server.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    const tried = spawnSync('ssh', ['-F', join(folder, 'ssh_config'), `${user}@${hosts[0] ?? ''}`, 'true']);
    if (tried.status !== 0) throw new Error(`ssh: ${tried.stderr.toString()}; sshd: ${said}`);
    return true;
  });
  return {
    user,
    ssh,
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

/** sshd insists on a full path, since it starts itself again. */
function sshd(): string {
  const found = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error('sshd is missing: apt-get install openssh-server');
  return found;
}

export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
