import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { ExplainedError } from '../definition/problem';
import { fingerprint } from './fingerprints';
import type { Fingerprints } from './affected';
import type { UnreadStack } from './stack-check';
import { parseStack, sha256, type StackJson } from './stack-json';

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const stackName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const assetPath = z.string().regex(/^assets\/[\w-]+\/[0-9A-F]{32}\/[\w-][\w.-]*$/);
const sourceText = z.strictObject({ file: z.string().max(200), text: z.string().max(1_000_000) });

/** What the definition says of itself, for the words of a review: which line says what, and which policies are departed from on purpose. */
const definitionSchema = z.strictObject({
  tag: z.string().max(200),
  acknowledge: z.array(z.strictObject({ policy: z.string(), reason: z.string(), until: z.string() })),
  environment: sourceText,
  product: sourceText.optional(),
  /** By path, the layer that a value came from. */
  sources: z.record(z.string(), z.enum(['default', 'product', 'environment'])),
});

const schema = z.strictObject({
  version: z.literal(1),
  /** The commit that was synthesized, and the one where its branch left the base, as the synth's side says. */
  commit: commit.optional(),
  base: commit.optional(),
  stacks: z.record(
    stackName,
    z.strictObject({
      json: z.record(z.string(), z.unknown()),
      /** Digests of the files beside it, by their paths. */
      assets: z.record(assetPath, digest),
      definition: definitionSchema.optional(),
    }),
  ),
  /** The files, by their digests, in base64. */
  files: z.record(digest, z.base64()),
  /** `.terraform.lock.hcl` */
  lock: z.string().max(1_000_000),
});

/** Everything that a synth leaves, as one file of plain data: whoever plans it runs none of the code that made it. */
export type Synthesis = z.infer<typeof schema>;
export type DefinitionClaim = z.infer<typeof definitionSchema>;

/** As the manifest of a synth says. */
const cdktfVersion = '0.21.0';

/** A hundred environments take about six megabytes. */
const most = 64 * 1024 * 1024;

/** Reads the folder that a synth has filled. */
export function collectSynthesis(
  outdir: string,
  definitions: ReadonlyMap<string, DefinitionClaim>,
  about: { readonly commit?: string; readonly base?: string },
): Synthesis {
  const files: Record<string, string> = {};
  let lock = '';
  const folder = join(outdir, 'stacks');
  const stacks = Object.fromEntries(
    (existsSync(folder) ? readdirSync(folder) : []).sort().map((name) => {
      const own = join(folder, name);
      const paths = existsSync(join(own, 'assets'))
        ? readdirSync(join(own, 'assets'), { recursive: true, encoding: 'utf8', withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => relative(own, join(entry.parentPath, entry.name)))
            .sort()
        : [];
      const assets = Object.fromEntries(
        paths.map((path) => {
          const bytes = readFileSync(join(own, path));
          files[sha256(bytes)] = bytes.toString('base64');
          return [path, sha256(bytes)];
        }),
      );
      const lockFile = join(own, '.terraform.lock.hcl');
      if (existsSync(lockFile)) lock = readFileSync(lockFile, 'utf8');
      const definition = definitions.get(name);
      return [
        name,
        {
          json: parseStack(readFileSync(join(own, 'cdk.tf.json'), 'utf8')) as Record<string, unknown>,
          assets,
          ...(definition && { definition }),
        },
      ];
    }),
  );
  return { version: 1, ...about, stacks, files, lock };
}

/** Reads a synthesis as what it is: a stranger's data. Throws when anything in it is not as it has to be. */
export function readSynthesis(file: string): Synthesis {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat) throw new ExplainedError(`${file} does not exist: \`npx berth synth --out FILE\` writes it`);
  if (!stat.isFile()) throw new ExplainedError(`${file} is not a plain file: it is refused`);
  if (stat.size > most)
    throw new ExplainedError(
      `${file} has ${stat.size.toLocaleString('en-US')} bytes; at most ${most.toLocaleString('en-US')} are read`,
    );
  let json: unknown;
  try {
    // `__proto__` would be no key of the object that it is written in
    json = JSON.parse(readFileSync(file, 'utf8'), function (key, value: unknown) {
      return key === '//' || key === '__proto__' ? undefined : value;
    });
  } catch {
    throw new ExplainedError(`${file} is not JSON, or not all of it: \`npx berth synth --out FILE\` writes it`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new ExplainedError(
      `${file} is not what \`npx berth synth --out FILE\` writes: ${path.map(String).join('.') || 'the whole'}: ${message}`,
    );
  }
  for (const [name, text] of Object.entries(parsed.data.files))
    if (sha256(Buffer.from(text, 'base64')) !== name)
      throw new ExplainedError(`${file}: files.${name.slice(0, 16)}…: its contents have another digest`);
  return parsed.data;
}

/** One stack of it, with the bytes of its files. */
export function stackOf(synthesis: Synthesis, name: string): UnreadStack {
  const stack = Object.hasOwn(synthesis.stacks, name) ? synthesis.stacks[name]! : undefined;
  if (!stack)
    throw new ExplainedError(
      `the synthesis has no stack "${name}"; it has: ${Object.keys(synthesis.stacks).join(', ') || 'none'}`,
    );
  const assets = new Map(
    Object.entries(stack.assets).map(([path, of]): [string, Buffer] => {
      const text = Object.hasOwn(synthesis.files, of) ? synthesis.files[of] : undefined;
      if (text === undefined) throw new ExplainedError(`the synthesis lacks the file ${path} of ${name}`);
      return [path, Buffer.from(text, 'base64')];
    }),
  );
  return { name, json: stack.json, assets, lock: synthesis.lock };
}

/** Lays a stack into a project's cdktf.out, with nothing else in its folder, as the CLI and Terraform read it after a synth. */
export function layStack(outdir: string, { name, json, assets, lock }: UnreadStack): void {
  const folder = join(outdir, 'stacks', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of assets) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  if (lock !== '') writeFileSync(join(folder, '.terraform.lock.hcl'), lock);
  // the CLI looks for cdktf's commentary in each stack
  const commentary = { metadata: { backend: 's3', stackName: name, version: cdktfVersion }, outputs: {} };
  writeFileSync(join(folder, 'cdk.tf.json'), `${JSON.stringify({ '//': commentary, ...json }, null, 2)}\n`);
  const workingDirectory = `stacks/${name}`;
  const entry = {
    name,
    constructPath: name,
    synthesizedStackPath: `${workingDirectory}/cdk.tf.json`,
    workingDirectory,
    annotations: [],
    dependencies: [],
  };
  writeFileSync(
    join(outdir, 'manifest.json'),
    `${JSON.stringify({ version: cdktfVersion, stacks: { [name]: entry } }, null, 2)}\n`,
  );
}

/** A digest for each stack, as for one that was synthesized here. */
export const fingerprintsOf = ({ stacks, lock }: Synthesis): Fingerprints =>
  new Map(Object.entries(stacks).map(([name, { json }]) => [name, fingerprint(json as StackJson, lock)]));
