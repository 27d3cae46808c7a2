import * as z from 'zod';
import { cluster } from './cluster.ts';
import { hostOrEndpoint, name, positiveDuration, text } from './scalars.ts';
import { secret } from './secret.ts';

export const server = z.strictObject({
  listen: text('127.0.0.1:8088')
    .prefault('127.0.0.1:8088')
    .describe('Address and port of the API and the metrics; beyond loopback a token is needed.'),
  token: secret.optional().describe('Every `/api` call needs it.'),
  changeToken: secret
    .optional()
    .describe('Calls that change something need this one instead; `token` then only reads.'),
});

export type ServerFile = z.output<typeof server>;

const hosts = z.array(hostOrEndpoint);

const staticProvisioner = z
  .strictObject({
    type: z.literal('static'),
    hosts: hosts
      .min(1, { error: 'the list is empty; write at least one host, such as "10.0.0.21:9050"' })
      .describe('`host:heartbeatPort` of backends (`host:editLogPort` of frontends) whose processes are up already.')
      .meta({ examples: [['10.0.0.21:9050']] }),
  })
  .describe('Hosts whose processes are up already.');

const execProvisioner = z
  .strictObject({
    type: z.literal('exec'),
    command: z
      .array(text('/usr/local/bin/hosts'))
      .min(1, { error: 'the list is empty; write the path of a program and its arguments' })
      .describe(
        'Path and arguments of a program, run without a shell; one JSON object on its standard input, one on its standard output.',
      )
      .meta({ examples: [['/usr/local/bin/hosts']] }),
    timeout: positiveDuration.prefault('10m').describe('Deadline of one run.'),
    hosts: hosts.prefault([]).describe('Hosts that it may use, members of the cluster that may be removed among them.'),
  })
  .describe('A program of yours.');

/** Later versions bring these: their keys are not looked at. */
const later = <const Type extends string>(type: Type) =>
  z.looseObject({ type: z.literal(type) }).describe('Not supported yet.');

export const provisioner = z.discriminatedUnion('type', [
  staticProvisioner,
  execProvisioner,
  later('ssh'),
  later('webhook'),
  later('kubernetes'),
]);

export type ProvisionerFile = z.output<typeof provisioner>;

/** Kinds and their keys come with the version that sends them; until then only what a secret may look like is held. */
export const notification = z.looseObject({
  type: text('feishu')
    .describe('Kind of the receiver.')
    .meta({ examples: ['feishu'] }),
  url: secret.optional().describe('Address of the receiver.'),
  events: z.array(text('operation-failed')).prefault([]).describe('Events that are sent.'),
});

export const policyFile = z
  .strictObject({
    version: z
      .literal(1, {
        error: (issue) => (issue.input === undefined ? undefined : 'this version is unknown; write version: 1'),
      })
      .describe('Version of this format: 1.')
      .meta({ examples: [1] }),
    store: text('sqlite:./data/autoscaler.db')
      .describe(
        'Where the journal, the records and the history are kept: `sqlite:PATH`, relative to the working directory. (`mysql://...` is not supported yet.)',
      )
      .meta({ examples: ['sqlite:./data/autoscaler.db'] }),
    server: server.prefault({}).describe('API and metrics.'),
    interval: positiveDuration.prefault('30s').describe('How often each cluster is looked at, in whole seconds.'),
    notifications: z
      .array(notification)
      .prefault([])
      .describe('Who is told. Not supported yet: read, warned of and not used.'),
    provisioners: z.record(name, provisioner).prefault({}).describe('Where hosts come from and go to, by name.'),
    clusters: z
      .array(cluster)
      .min(1, { error: 'the list is empty; write at least one cluster' })
      .describe('The Doris clusters.')
      .meta({ examples: [[{ name: 'analytics' }]] }),
  })
  .describe(
    'Policy of doris-autoscaler. Durations (`250ms 30s 10m 12h 3d`), percentages (`60%`) and sizes (`128GiB`, `20MiB/s`) have units.',
  );

export type PolicyFile = z.output<typeof policyFile>;
