import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import type { PrometheusFile } from '../schema/cluster.ts';
import { show } from '../schema/scalars.ts';
import type { Locate } from '../source/located.ts';
import type { CheckContext } from './section.ts';

export function checkPrometheus(
  prometheus: PrometheusFile,
  locate: Locate,
  { secrets }: CheckContext,
): readonly Finding[] {
  return [
    ...checkUrl(prometheus.url, locate.at('url')),
    ...(prometheus.auth === undefined ? [] : checkAuth(prometheus.auth, locate.at('auth'), secrets)),
    ...(prometheus.ca === undefined ? [] : secrets.checkFile(prometheus.ca, locate.at('ca'))),
  ];
}

function checkUrl(text: string, locate: Locate): readonly Finding[] {
  const right = 'write one such as http://prometheus:9090';
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    return [error(locate(), text.includes('@') ? 'this is no address' : `${show(text)} is no address`, right)];
  }
  // Not repeated: it may be a password.
  if (url.username !== '' || url.password !== '') {
    return [
      error(locate(), 'the address has a user or a password in it', 'write auth: {user: NAME, password: {env: NAME}}'),
    ];
  }
  return url.search === '' && url.hash === '' ? [] : [error(locate(), 'the address has a query in it', right)];
}

function checkAuth(
  auth: NonNullable<PrometheusFile['auth']>,
  locate: Locate,
  secrets: CheckContext['secrets'],
): readonly Finding[] {
  const findings: Finding[] = [];
  const basic = auth.user !== undefined || auth.password !== undefined;
  if (auth.bearer !== undefined && basic) {
    findings.push(error(locate.key('bearer'), 'this has a token and a user', 'keep bearer, or user and password'));
  } else if (auth.bearer === undefined && (auth.user === undefined || auth.password === undefined)) {
    findings.push(
      error(
        locate(),
        basic ? 'user and password belong together' : 'this is empty',
        'write {bearer: {env: NAME}}, or {user: NAME, password: {env: NAME}}',
      ),
    );
  }
  if (auth.bearer !== undefined) findings.push(...secrets.check(auth.bearer, locate.at('bearer')));
  if (auth.password !== undefined) findings.push(...secrets.check(auth.password, locate.at('password')));
  return findings;
}
