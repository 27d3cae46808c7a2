import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Dockerfile, Instruction } from 'dockerfile-ast';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const dockerfile = DockerfileParser.parse(text);

/** `keyword arguments`, as written, one line. */
function written(instruction: Instruction): string {
  return `${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ''}`;
}

function all(keyword: string, file: Dockerfile = dockerfile): readonly string[] {
  return file
    .getInstructions()
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map(written);
}

/** The instructions of the stage that becomes the image. */
function ofImage(keyword: string): readonly string[] {
  const last = dockerfile.getFROMs().at(-1);
  const from = last?.getRange().start.line ?? 0;
  return dockerfile
    .getInstructions()
    .filter((instruction) => instruction.getKeyword() === keyword && instruction.getRange().start.line > from)
    .map(written);
}

describe('the linter', () => {
  it('finds nothing in the Dockerfile', () => {
    expect(validate(text).map(({ message, range }) => ({ line: range.start.line + 1, message }))).toEqual([]);
  });

  it.each([
    ['an instruction that does not exist', 'FROM a:1\nRUNS x\n'],
    ['a health check that never runs', 'FROM a:1\nHEALTHCHECK --interval=soon CMD x\n'],
    ['no base image', 'RUN x\n'],
    ['two entry points', 'FROM a:1\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\n'],
  ])('would find %s', (_, wrong) => {
    expect(validate(wrong)).not.toEqual([]);
  });
});

describe('the image', () => {
  it('is built in stages from the pinned line of Node.js', () => {
    const images = dockerfile.getFROMs().map((from) => from.getImage());
    expect(images.length).toBeGreaterThan(1);
    expect(new Set(images)).toEqual(new Set(['node:26-bookworm-slim']));
  });

  it('runs as a user that is not root, by number, so that Kubernetes can tell', () => {
    expect(ofImage('USER')).toEqual(['USER 1000:1000']);
  });

  it('asks the daemon whether it lives, without a shell', () => {
    expect(ofImage('HEALTHCHECK')).toEqual([expect.stringMatching(/CMD \["node", "-e", .*\/healthz/s)]);
  });

  it('gets signals itself: its entry point is no shell', () => {
    expect([...ofImage('ENTRYPOINT'), ...ofImage('CMD')]).toEqual([
      'ENTRYPOINT ["doris-autoscaler"]',
      'CMD ["run", "--config", "/etc/doris-autoscaler/config.yaml"]',
    ]);
  });

  it('writes into its volume only, so that the root file system may be read-only', () => {
    expect(ofImage('VOLUME')).toEqual(['VOLUME /var/lib/doris-autoscaler']);
    expect(ofImage('WORKDIR').at(-1)).toBe('WORKDIR /var/lib/doris-autoscaler');
  });

  it('holds no secret and fetches nothing by address', () => {
    expect([...all('ENV'), ...all('ARG')].filter((line) => /password|token|secret|key/i.test(line))).toEqual([]);
    expect(all('ADD')).toEqual([]);
  });
});

describe('what is copied into it', () => {
  const sources = dockerfile.getCOPYs().flatMap((copy) =>
    copy.getFlags().some((flag) => flag.getName() === 'from')
      ? []
      : copy
          .getArguments()
          .slice(0, -1)
          .map((argument) => argument.getValue()),
  );
  const sent = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));

  it('is there', () => {
    expect(sources.length).toBeGreaterThan(8);
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('is sent to the builder, and nothing more is', () => {
    const covers = (outer: string, inner: string) => !posix.relative(outer, inner).startsWith('..');
    expect(sources.filter((source) => !sent.some((path) => covers(path, source)))).toEqual([]);
    expect(sent.filter((path) => !sources.some((source) => covers(source, path)))).toEqual([]);
  });
});
