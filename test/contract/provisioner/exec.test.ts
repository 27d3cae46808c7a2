import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execProvisioner } from '../../../src/provisioner/exec/exec-provisioner.ts';
import { oneAtATime } from '../../../src/provisioner/one-at-a-time.ts';
import { provisionerContract } from './provisioner-contract.ts';

const SCRIPT = join(import.meta.dirname, '../../../config/examples/hosts-over-ssh/hosts.sh');

/** The example's own bookkeeping; instead of ssh a program that says yes to whatever is done on a host. */
provisionerContract('exec, with the example of hosts over ssh', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exec-contract-'));
  const conf = join(folder, 'hosts.conf');
  writeFileSync(
    conf,
    `BACKENDS="10.0.0.1 10.0.0.2 10.0.0.3" FRONTENDS="" BE_HOME=/opt/be FE_HOME=/opt/fe HEARTBEAT_PORT=9050 EDIT_LOG_PORT=9010
     SSH=true SSH_USER=doris STATE_DIR=${join(folder, 'state')}\n`,
  );
  const given = { name: 'ssh-hosts', command: [SCRIPT, conf], timeoutMs: 20_000, hosts: [] } as const;
  const make = () => execProvisioner({ ...given, taking: oneAtATime() });
  return {
    provisioner: make(),
    restarted: make,
    dispose: async () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
