import { ERROR_CODES } from '../../domain/codes.ts';
import type { ErrorCode } from '../../domain/codes.ts';
import type { ClusterWriter } from '../../domain/ports/cluster-writer.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import type { Effect, EffectResult, ProvisionerCall } from '../../operation/steps/effect.ts';

export interface EffectPorts {
  readonly writer: ClusterWriter;
  readonly provisioner: Provisioner | undefined;
}

/** Carries out one effect. A rejection becomes a result with its code: what it means is for next() to say. */
export async function performEffect(
  ports: EffectPorts,
  effect: Effect,
  of: { readonly cluster: string; readonly clusterId: string; readonly mayChange: () => string | undefined },
): Promise<EffectResult> {
  if (effect.by === 'cluster') {
    const closed = effect.needsWindow ? of.mayChange() : undefined;
    if (closed !== undefined) return { ok: false, code: 'not-sent', message: closed };
  }
  try {
    switch (effect.by) {
      case 'cluster':
        return { ok: true, data: { answer: await ports.writer.apply(effect.change, { clusterId: of.clusterId }) } };
      case 'provisioner':
        return await callProvisioner(ports.provisioner, effect.call, of.cluster);
    }
  } catch (error) {
    return { ok: false, code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
  }
}

async function callProvisioner(
  provisioner: Provisioner | undefined,
  call: ProvisionerCall,
  cluster: string,
): Promise<EffectResult> {
  if (provisioner === undefined) return { ok: false, code: 'provisioner-failed', message: 'there is no provisioner' };
  const request = { role: call.role, key: call.key, cluster };
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
      await provisioner.start({ ...request, host: call.host, helper: call.helper });
      return { ok: true, data: {} };
    case 'stop':
      await provisioner.stop({ ...request, host: call.host });
      return { ok: true, data: {} };
    case 'release':
      await provisioner.release({ ...request, host: call.host });
      return { ok: true, data: {} };
  }
}

function codeOf(error: unknown): ErrorCode | 'unknown-error' {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return ERROR_CODES.find((known) => known === code) ?? 'unknown-error';
}
