import type { Finding } from '../problem.ts';
import { error, warning } from '../problem.ts';
import { durationMs, hostAndPort } from '../parse-units.ts';
import type { ServerFile } from '../schema/policy-file.ts';
import { show } from '../schema/scalars.ts';
import type { Locate } from '../source/located.ts';
import type { CheckContext } from './section.ts';

/** `sqlite:PATH`; a shared store comes later. */
export function checkStore(store: string, locate: Locate): readonly Finding[] {
  // The address of a shared store may hold a password: it is never repeated.
  if (/^mysql:/i.test(store)) {
    return [error(locate(), 'a MySQL store is not supported yet', 'write sqlite:./data/autoscaler.db')];
  }
  if (/^sqlite:./.test(store) && store.trim() !== 'sqlite:') return [];
  const right = 'write sqlite:PATH, such as sqlite:./data/autoscaler.db';
  return [error(locate(), store.includes('@') ? 'this is no store' : `${show(store)} is no store`, right)];
}

export function checkInterval(interval: string, locate: Locate): readonly Finding[] {
  const ms = durationMs(interval);
  if (ms > 0 && ms % 1000 !== 0)
    return [error(locate(), `${interval} is not in whole seconds`, 'write one such as 30s')];
  if (ms > 3_600_000)
    return [error(locate(), `${interval} is too rare to see a window`, 'write 1h at most, such as 30s')];
  return [];
}

export function checkServer(server: ServerFile, locate: Locate, { secrets }: CheckContext): readonly Finding[] {
  const findings: Finding[] = [];
  const address = hostAndPort(server.listen, 0);
  if (address === undefined) {
    findings.push(
      error(locate('listen'), `${show(server.listen)} is no address`, 'write host:port, such as 127.0.0.1:8088'),
    );
  } else if (!isLoopback(address.host) && server.token === undefined) {
    const hint = `add token: {env: AUTOSCALER_TOKEN}, or listen on 127.0.0.1:${address.port}`;
    findings.push(error(locate('listen'), `${address.host} is beyond loopback and there is no token`, hint));
  }
  if (server.token !== undefined) findings.push(...secrets.check(server.token, locate.at('token')));
  if (server.changeToken !== undefined) findings.push(...secrets.check(server.changeToken, locate.at('changeToken')));
  return findings;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(host);
}

export function checkNotification(notification: { readonly type: string }, locate: Locate): readonly Finding[] {
  return [
    warning(
      locate('type'),
      `notifications (${notification.type}) are not supported yet`,
      'nothing is sent; the log has every event',
    ),
  ];
}
