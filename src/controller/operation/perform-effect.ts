import { ERROR_CODES } from '../../domain/codes.ts';
import type { ErrorCode } from '../../domain/codes.ts';
import type { ClusterReader } from '../../domain/ports/cluster-reader.ts';
import type { ClusterWriter } from '../../domain/ports/cluster-writer.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import { attempt } from '../attempt.ts';
import type { Effect, EffectResult, ProvisionerCall } from '../../operation/steps/effect.ts';

export interface EffectPorts {
  readonly reader: Pick<ClusterReader, 'topology'>;
  readonly writer: ClusterWriter;
  readonly provisioner: Provisioner | undefined;
}

/** Carries out one effect. A rejection becomes a result with its code: what it means is for next() to say. */
export async function performEffect(
  ports: EffectPorts,
  effect: Effect,
  of: { readonly cluster: string; readonly clusterId: string; readonly mayChange: () => string | undefined },
): Promise<EffectResult> {
  let closed: string | undefined;
  const refusal = (): string | undefined => {
    closed = effect.by === 'cluster' && effect.needsWindow ? of.mayChange() : undefined;
    return closed;
  };
  try {
    switch (effect.by) {
      case 'cluster':
        if (refusal() !== undefined) return { ok: false, code: 'not-sent', message: closed ?? '' };
        return {
          ok: true,
          data: { answer: await ports.writer.apply(effect.change, { clusterId: of.clusterId, refusal }) },
        };
      case 'provisioner':
        return (
          (await refusedByLook(ports.reader, effect.call, of.clusterId)) ??
          (await callProvisioner(ports.provisioner, effect.call, of))
        );
    }
  } catch (error) {
    if (closed !== undefined) return { ok: false, code: 'not-sent', message: closed };
    return { ok: false, code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
  }
}

/** No process is stopped, no host cleaned or given back but after a look at this very cluster that does not show its node. */
async function refusedByLook(
  reader: EffectPorts['reader'],
  call: ProvisionerCall,
  clusterId: string,
): Promise<EffectResult | undefined> {
  if (call.verb === 'acquire' || call.verb === 'start') return undefined;
  const seen = await attempt(() => reader.topology());
  const held = (message: string): EffectResult => ({ ok: false, code: 'not-sent', message });
  if (!seen.known) return held(`nothing is done to ${call.host} while the cluster cannot be read: ${seen.reason}`);
  if (seen.value.clusterId !== clusterId) {
    return held(`nothing is done to ${call.host}: the cluster shows id ${seen.value.clusterId}, not ${clusterId}`);
  }
  const rows = call.role === 'backend' ? seen.value.backends : seen.value.frontends;
  const shown = rows.find(({ address, host }) =>
    call.node === undefined ? host === call.host : address === call.node,
  );
  return shown === undefined ? undefined : held(`nothing is done to ${call.host}: ${shown.address} is registered`);
}

async function callProvisioner(
  provisioner: Provisioner | undefined,
  call: ProvisionerCall,
  { cluster, clusterId }: { readonly cluster: string; readonly clusterId: string },
): Promise<EffectResult> {
  if (provisioner === undefined) return { ok: false, code: 'provisioner-failed', message: 'there is no provisioner' };
  const request = { role: call.role, key: call.key, cluster, clusterId };
  switch (call.verb) {
    case 'acquire': {
      const node = await provisioner.acquire({ ...request, registered: call.registered });
      if (node === undefined) return { ok: false, code: 'none-free', message: `${provisioner.name} has no free host` };
      return { ok: true, data: { host: node.host, node: node.address } };
    }
    case 'reset':
      await provisioner.reset({ ...request, host: call.host });
      return { ok: true, data: {} };
    case 'start':
      await provisioner.start({ ...request, host: call.host, helper: call.helper, httpPort: call.httpPort });
      return { ok: true, data: {} };
    case 'stop':
      await provisioner.stop({ ...request, host: call.host });
      return { ok: true, data: {} };
    case 'release':
      await provisioner.release({ ...request, host: call.host, node: call.node });
      return { ok: true, data: {} };
  }
}

function codeOf(error: unknown): ErrorCode | 'unknown-error' {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return ERROR_CODES.find((known) => known === code) ?? 'unknown-error';
}
