// src -> dist: compiles, bundles what it imports into a few files, then copies every file that the compiler leaves behind
// (pages, styles, texts). Built beside and moved into place at the end, so that whoever runs dist never sees half of it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const compiled = join(root, `.dist-${process.pid}-compiled`);
const fresh = join(root, `.dist-${process.pid}`);

process.once('exit', () => {
  for (const folder of [compiled, fresh]) rmSync(folder, { recursive: true, force: true });
});

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', compiled], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

const bundle = await rolldown({
  cwd: root,
  // Each worker is a module of its own beside main: dist/judge-policy.js for src/app/worker/judge-policy.ts.
  input: {
    main: join(compiled, 'main.js'),
    ...Object.fromEntries(
      ['judge-policy', 'compare-policies', 'read-trace', 'baselines'].map((name) => [
        name,
        join(compiled, 'app', 'worker', `${name}.js`),
      ]),
    ),
  },
  platform: 'node',
  // src/server never asks fastify for its compilers of schemas.
  external: [/^node:/, '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
});
const { output } = await bundle.write({
  dir: fresh,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // Names stay, so that a stack trace says where it was.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
});
for (const chunk of output) if (chunk.type === 'chunk') inOneByte(join(fresh, chunk.fileName));
writeFileSync(join(fresh, 'licenses.txt'), licensesOf(output.flatMap((chunk) => chunk.moduleIds ?? [])));

cpSync(join(root, 'src'), fresh, {
  recursive: true,
  filter: (source) => (statSync(source).isDirectory() ? hasOthers(source) : !source.endsWith('.ts')),
});
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);

/** One character beyond Latin-1 makes V8 keep the whole file in two bytes a character, for as long as the daemon runs. */
function inOneByte(file) {
  const text = readFileSync(file, 'utf8');
  const escaped = text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  writeFileSync(file, escaped);
}

function hasOthers(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && !entry.name.endsWith('.ts'),
  );
}

/** What the bundled libraries ask to be kept with their code. */
function licensesOf(moduleIds) {
  const packages = new Set();
  for (const id of moduleIds) {
    const found = /^(?<folder>.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.groups?.folder;
    if (found !== undefined) packages.add(found);
  }
  return [...packages]
    .toSorted()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      const text = file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
