import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CliContext } from '../../src/cli/context.ts';
import { buildProgram, COMMAND_NAMES } from '../../src/cli/program.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { loadPolicy } from '../../src/config/load-policy.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownUnder('docs')];

/** A page and the same in Chinese. */
const inChinese = ['README.md', ...markdownUnder('docs/guide').filter((page) => !page.endsWith('.zh-CN.md'))].map(
  (page) => [page, page.replace(/\.md$/, '.zh-CN.md')] as const,
);

function markdownUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();
}

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Fenced blocks of one language, without the indentation of a list that they stand in. */
function blocks(page: string, language: string): readonly string[] {
  return [...textOf(page).matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter((match) => match[2] === language)
    .map(([, indent = '', , text = '']) =>
      text
        .split('\n')
        .map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))))
        .join('\n'),
    );
}

/** Of its headings, as GitHub names them. */
function anchorsOf(page: string): readonly string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Text in code: spans and blocks. */
function code(page: string): string {
  return [...textOf(page).matchAll(/```\w*\n[\s\S]*?```|`[^`\n]+`/g)].map(([text]) => text).join('\n');
}

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, to = '']) => to,
    );
    expect(links.filter((to) => !existsSync(join(root, dirname(page), to)))).toEqual([]);
  });

  it('links to headings that are there', () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|mailto:)([^)#]*)#([^)]+)\)/g)];
    const missing = links.filter(([, to = '', anchor = '']) => {
      const target = to === '' ? page : join(dirname(page), to);
      return target.endsWith('.md') && !anchorsOf(target).includes(decodeURIComponent(anchor));
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = [...code(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('has whole policies that are right as they stand', () => {
    const wrong = blocks(page, 'yaml')
      .filter((block) => block.startsWith('version: 1\n'))
      .flatMap((block) => problemsOf(block));
    expect(wrong).toEqual([]);
  });
});

function problemsOf(policy: string): readonly string[] {
  const loaded = loadPolicy('policy.yaml', {
    env: { DORIS_PASSWORD: 'x' },
    at: Date.parse('2026-11-24T14:00:00Z'),
    listFolder: () => undefined,
    readFile: () => policy,
  });
  return [...(loaded.ok ? [] : loaded.errors), ...loaded.warnings].map(formatProblem);
}

describe('commands', () => {
  let program: Command;
  beforeAll(async () => {
    program = await buildProgram([], silent);
  });

  it.each(pages)('of %s are known, with their options', (page) => {
    const called = code(page).matchAll(/(?:doris-autoscaler|src\/main\.ts) ([a-z]+)((?: (?!#)[^\s`|;&]+)*)/g);
    const unknown = [...called].flatMap(([line, name, words = '']) => {
      const command = program.commands.find((each) => each.name() === name);
      if (command === undefined) return [line];
      const known = command.options.flatMap(({ long, short }) => [long, short]);
      return words
        .split(' ')
        .filter((word) => word.startsWith('-'))
        .map((word) => word.split('=')[0])
        .filter((flag) => !known.includes(flag))
        .map((flag) => `${line}: ${String(flag)}`);
    });
    expect(unknown).toEqual([]);
  });

  it.each(['README.md', 'README.zh-CN.md'])('are all in the table of %s, each once', (page) => {
    const cells = [...textOf(page).matchAll(/^\| ((?:`[a-z]+` ?)+) +\|/gm)].map(([, cell = '']) => cell);
    const listed = cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name));
    expect(listed.toSorted()).toEqual(COMMAND_NAMES.toSorted());
  });
});

const silent: CliContext = {
  env: {},
  clock: { now: () => 0, monotonicMs: () => 0, sleep: () => Promise.resolve() },
  version: '0',
  isTerminal: false,
  out: () => undefined,
  err: () => undefined,
  stopping: new AbortController().signal,
  onReload: () => undefined,
  exit: () => undefined,
};

describe.each(inChinese)('%s', (english, chinese) => {
  it(`has ${chinese} with the same sections, lists, tables and code, comments aside, and each names the other`, () => {
    const outline = (page: string) =>
      textOf(page)
        .split('\n')
        .map((line) => line.trim().match(/^(#+|-|\d+\.|\||```\w*)(?= |$)/)?.[0])
        .filter((mark) => mark !== undefined);
    const said = (page: string) =>
      ['sh', 'sql', 'yaml'].flatMap((language) =>
        blocks(page, language).map((block) => block.replaceAll(/ +(#|--) .*$/gm, '')),
      );
    expect(outline(chinese)).toEqual(outline(english));
    expect(said(chinese)).toEqual(said(english));
    expect(textOf(english)).toContain(`[中文](${basename(chinese)})`);
    expect(textOf(chinese)).toContain(`[English](${basename(english)})`);
  });
});

describe.each(markdownUnder('docs/adr'))('%s', (page) => {
  it('is short, says what was decided, and names a test that guards it', () => {
    const text = textOf(page);
    expect(text.split('\n').length).toBeLessThanOrEqual(61);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(
      expect.arrayContaining(['Context', 'Decision', 'Consequences']),
    );
    const tests = [...text.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
