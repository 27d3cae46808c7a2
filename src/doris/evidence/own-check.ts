import { request } from 'undici';
import type { OwnCheck } from '../../domain/evidence.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Secret } from '../../domain/policy.ts';
import { formatAddress, parseAddress } from '../address.ts';
import { parseJsonObject } from '../parse/values.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A GET that follows no redirect: a 2.1 follower puts user and password into its Location. */
export type HttpGet = (
  url: string,
  options: { readonly authorization: string; readonly deadlineMs: number },
) => Promise<HttpAnswer>;

export const httpGet: HttpGet = async (url, { authorization, deadlineMs }) => {
  const answer = await request(url, { headers: { authorization }, signal: AbortSignal.timeout(deadlineMs) });
  return { status: answer.statusCode, body: await answer.body.text() };
};

interface OwnCheckRequest {
  readonly http: HttpGet;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | undefined;
  readonly victims: readonly NodeAddress[];
  readonly deadlineMs: number;
}

/**
 * The FE's own dry run of DECOMMISSION, which exists over HTTP only. Undefined where it cannot be reached or does not judge
 * us (credentials, redirect). Before 2.0.10 and 2.1.3 it only checks that the backends exist: never a proof by itself. What it
 * refuses together it is asked about with one less, and so on: fewer may be what it lets go.
 */
export async function readOwnCheck(request: OwnCheckRequest): Promise<OwnCheck | undefined> {
  const { victims } = request;
  const found = await ask(request, victims);
  if (found?.refusal === undefined || victims.length < 2) return found;
  for (let allowed = victims.length - 1; allowed > 0; allowed -= 1) {
    const fewer = await ask(request, victims.slice(0, allowed));
    if (fewer === undefined) break;
    if (fewer.refusal === undefined) return { ...found, allowed };
  }
  return found;
}

async function ask(
  { http, host: feHost, port: fePort, user, password, deadlineMs }: OwnCheckRequest,
  victims: readonly NodeAddress[],
): Promise<OwnCheck | undefined> {
  const hostPorts = victims.map((victim) => {
    const { host, port } = parseAddress(victim);
    return formatAddress(host, port);
  });
  const url = `http://${formatAddress(feHost, fePort)}/api/check_decommission?host_ports=${encodeURIComponent(hostPorts.join(','))}`;
  const credentials = Buffer.from(`${user}:${password?.reveal() ?? ''}`).toString('base64');
  let answer: HttpAnswer;
  try {
    answer = await http(url, { authorization: `Basic ${credentials}`, deadlineMs });
  } catch {
    return undefined;
  }
  return answer.status === 200 ? judge(answer.body) : undefined;
}

/** All answers are HTTP 200; the code stands in the body, as text where an FE relays it. */
function judge(body: string): OwnCheck | undefined {
  const reply = parseJsonObject(body) ?? {};
  const code = typeof reply['code'] === 'number' || typeof reply['code'] === 'string' ? String(reply['code']) : '';
  if (code === '0') return { refusal: undefined };
  if (code !== '1') return undefined;
  const text = typeof reply['data'] === 'string' ? reply['data'] : 'no reason given';
  return { refusal: text.replace(/^(errCode = \d+, detailMessage = )+/, '') };
}
