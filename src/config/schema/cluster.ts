import * as z from 'zod';
import { group } from './group.ts';
import {
  choice,
  duration,
  endpoint,
  host,
  hostOrEndpoint,
  name,
  positiveDuration,
  rate,
  text,
  wholeNumber,
} from './scalars.ts';
import { secret } from './secret.ts';
import { windows } from './windows.ts';

const auth = z.strictObject({
  bearer: secret.optional().describe('Token for `Authorization: Bearer`.'),
  user: text('autoscaler').optional().describe('User of basic authentication.'),
  password: secret.optional().describe('Password of basic authentication.'),
});

export const prometheus = z.strictObject({
  url: text('http://prometheus:9090')
    .describe('Base address, `http://` or `https://`.')
    .meta({ examples: ['http://prometheus:9090'] }),
  labels: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
      z.string({ error: 'this is no text; write a label value such as analytics' }),
    )
    .prefault({})
    .describe('Label matchers added to every selector, so that only series of this cluster count.'),
  maxAge: positiveDuration.prefault('90s').describe('Older samples are stale.'),
  recovery: duration.prefault('10m').describe('Look-back that must be free of holes before a removal.'),
  instanceLabel: text('instance').prefault('instance').describe('Label that tells the series of the nodes apart.'),
  instanceMap: z
    .record(z.string(), endpoint)
    .prefault({})
    .describe('Value of that label -> `host:httpPort` of the node, where they differ.'),
  timeout: positiveDuration.prefault('10s').describe('Deadline of one query.'),
  auth: auth.optional().describe('`{bearer}`, or `{user, password}`.'),
  ca: text('/etc/ssl/prometheus-ca.pem')
    .optional()
    .describe('PEM file of the authority that signed its certificate. Without it: those of the system.'),
});

export const operations = z.strictObject({
  stallAfter: positiveDuration.prefault('30m').describe('A migration without progress for this long stands still.'),
  onStall: choice(['wait', 'throttle', 'cancel', 'ask'])
    .prefault('ask')
    .describe('What is done then; `ask` becomes `cancel` at the deadline.'),
  deadline: positiveDuration.prefault('3d').describe('A removal that takes longer is cancelled.'),
  drainQueries: duration.prefault('15m').describe('How long queries on a drained backend may take to end.'),
  safety: z
    .number({ error: 'this is no number; write a factor such as 1.5' })
    .min(1, { error: 'this is below 1; write a factor such as 1.5' })
    .max(100, { error: 'this is above 100; write a factor such as 1.5' })
    .prefault(1.5)
    .describe('Factor on every estimated duration.'),
  undo: duration.prefault('2m').describe('Time kept free for undoing an operation before a window closes.'),
});

const slots = wholeNumber({ min: 1, max: 64 });

const speed = z.strictObject({
  schedule_slot_num_per_hdd_path: slots.optional().describe('Clones at a time per spinning disk; drives a drain.'),
  schedule_slot_num_per_ssd_path: slots.optional().describe('Clones at a time per SSD; drives a drain.'),
  balance_slot_num_per_path: slots
    .optional()
    .describe('Balancing clones at a time per disk; drives filling a new backend.'),
});

export const migration = z.strictObject({
  inWindow: speed.optional().describe('Migration speed while an operation runs in a window. Without it: untouched.'),
  outside: speed
    .optional()
    .describe('Migration speed while an operation runs outside a window. Without it: untouched.'),
  assumedRate: rate.prefault('20MiB/s').describe('Migration rate of one backend until one was measured.'),
});

export const frontend = z.strictObject({
  backendsPerFrontend: z
    .strictObject({
      min: wholeNumber({ min: 1, max: 1000 }).prefault(10).describe('Below it an observer is one too many.'),
      max: wholeNumber({ min: 1, max: 1000 }).prefault(20).describe('Above it an observer is added first.'),
    })
    .prefault({})
    .describe('Backends that one frontend serves.'),
  followers: wholeNumber({ min: 1, max: 99 })
    .meta({ title: '1 / 3 / 5' })
    .describe('Followers, the master included: 1, 3 or 5.')
    .meta({ examples: [3] }),
  observers: z
    .strictObject({
      min: wholeNumber({ min: 0, max: 1000 }).prefault(0).describe('Fewest observers.'),
      max: wholeNumber({ min: 0, max: 1000 }).prefault(6).describe('Most observers.'),
      managed: z
        .array(hostOrEndpoint)
        .prefault([])
        .describe('Hosts of observers that may be removed although we did not add them.'),
    })
    .prefault({})
    .describe('Frontends beyond the followers.'),
  provisioner: name.optional().describe('Name of an entry of `provisioners`.'),
});

export const cluster = z.strictObject({
  name: name.describe('Names the cluster in commands, records, metrics and the API.').meta({ examples: ['analytics'] }),
  mode: choice(['observe', 'approve', 'act'])
    .prefault('observe')
    .describe('`observe`: decide and record only. `approve`: act after a person agreed. `act`: act.'),
  endpoints: z
    .array(endpoint)
    .min(1, { error: 'the list is empty; write at least one frontend, such as "fe1:9030"' })
    .describe('Frontends, `host:queryPort`; the next one is tried when one does not answer.')
    .meta({ examples: [['fe1:9030']] }),
  user: text('autoscaler')
    .describe('User of Doris.')
    .meta({ examples: ['autoscaler'] }),
  password: secret.optional().describe('Its password. Without it: none.'),
  clusterId: z
    .union(
      [
        z
          .string()
          .regex(/^-?[0-9]{1,20}$/, { error: 'this is no ClusterId; write the number that SHOW FRONTENDS prints' }),
        z.int(),
      ],
      { error: 'this is no ClusterId; write the number that SHOW FRONTENDS prints' },
    )
    .optional()
    .meta({ title: 'number' })
    .describe('ClusterId as SHOW FRONTENDS prints it. Without it: learnt at first contact.'),
  allowUnmanagedPods: z
    .boolean({ error: 'this is neither true nor false; write true or false' })
    .prefault(false)
    .describe('`true`: act also on backends that look like pods of a StatefulSet.'),
  protect: z.array(host).prefault([]).describe('Hosts whose nodes are never removed.'),
  singleReplica: choice(['move', 'refuse'])
    .prefault('move')
    .describe('`refuse`: no backend is removed of a tag on which a table has its only replica.'),
  prometheus: prometheus.describe('Where the load is read.').meta({ examples: [{ url: 'http://prometheus:9090' }] }),
  windows: windows
    .describe('When the cluster may be changed.')
    .meta({ examples: [{ timezone: 'Asia/Shanghai', always: true }] }),
  operations: operations.prefault({}).describe('How changes are carried out.'),
  migration: migration.prefault({}).describe('How fast tablets move.'),
  backends: z
    .array(group)
    .min(1, { error: 'the list is empty; write at least one group, such as {min: 3, max: 9, signals: [...]}' })
    .describe('Groups of backends that are scaled.')
    .meta({ examples: [[{ min: 3, max: 9, signals: [{ signal: 'be_cpu', target: '60%' }] }]] }),
  frontend: frontend.optional().describe('How frontends follow the backends. Without it frontends are never touched.'),
});

export type ClusterFile = z.output<typeof cluster>;
export type PrometheusFile = z.output<typeof prometheus>;
export type FrontendFile = z.output<typeof frontend>;
export type OperationsFile = z.output<typeof operations>;
