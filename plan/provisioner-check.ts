import { shown } from '../definition/problem';
import type { Body, Program, StackFinding } from './stack-finding';
import { isTree, sha256 } from './stack-json';

const reference = /^\$\{digitalocean_spaces_bucket\.[\w-]+\.name\}$/;
const region = /^[a-z]{3}\d$/;
/** A provisioner's environment is read by Node and by the program: only its own variables, and of each only what it can be. */
const environments: Readonly<Record<'convergence' | 'succession', Readonly<Record<string, RegExp>>>> = {
  convergence: { BUCKET: reference, REGION: region, DIGEST: /^[0-9a-f]{64}$/, PATIENCE: /^\d{1,5}$/ },
  succession: {
    STEP: /^(?:succeed|relieved)$/,
    BUCKET: /^\$\{self\.input\.bucket\}$/,
    NAME: /^\$\{self\.input\.name\}$/,
    REGION: /^\$\{self\.input\.region\}$/,
    GENERATION: /^\$\{self\.triggers_replace\.generation\}$/,
    MACHINE: /^\$\{self\.triggers_replace\.machine\}$/,
  },
};
/** What the program of a succession reads from its resource. */
const inputs: Readonly<Record<string, RegExp>> = { bucket: reference, name: /^[a-z0-9][a-z0-9.-]*$/, region };

/** What of a provisioner may not be: it is one of our own programs, started as a construct of ours starts it. */
export function refusedProvisioner(
  { path, type, body }: Body,
  assets: ReadonlyMap<string, Buffer>,
  programs: Readonly<Record<Program, string>>,
): StackFinding[] {
  const at = `${path}.provisioner`;
  const found = (where: string, got: unknown, allowed: string): StackFinding => ({
    path: where,
    found: got === undefined ? 'nothing' : shown(got),
    allowed,
  });
  const given = body.provisioner as unknown;
  const [entry] = Array.isArray(given) && given.length === 1 ? (given as unknown[]) : [];
  const exec = isTree(entry) && Object.keys(entry).join() === 'local-exec' ? entry['local-exec'] : undefined;
  if (type !== 'terraform_data' || !isTree(exec))
    return [found(at, given, 'one local-exec of terraform_data, as constructs of this program make it')];
  const where = `${at}[0].local-exec`;
  const [, asset, file] =
    /^node (assets\/(?:convergence|succession)-program\/[0-9A-F]{32}\/(await|succession)\.js)$/.exec(
      String(exec.command),
    ) ?? [];
  const bytes = asset === undefined ? undefined : assets.get(asset);
  if (bytes === undefined)
    return [
      found(
        `${where}.command`,
        exec.command,
        'node assets/convergence-program/HASH/await.js, node assets/succession-program/HASH/succession.js',
      ),
    ];
  const program = file === 'await' ? 'convergence' : 'succession';
  const digest = sha256(bytes);
  const when = program === 'succession' ? 'destroy' : undefined;
  return [
    ...Object.keys(exec)
      .filter((key) => !['command', 'environment', 'when'].includes(key))
      .map((key) => found(`${where}.${key}`, exec[key], 'nothing')),
    ...(exec.when === when ? [] : [found(`${where}.when`, exec.when, when ?? 'nothing')]),
    ...exactly(`${where}.environment`, exec.environment, environments[program], found),
    ...(program === 'succession' ? exactly(`${path}.input`, body.input, inputs, found) : []),
    // a file that is none of ours is told once, as a file
    ...(digest === programs[program] || !Object.values(programs).includes(digest)
      ? []
      : [
          {
            path: asset!,
            found: `SHA-256 ${digest.slice(0, 16)}…`,
            allowed: `SHA-256 ${programs[program].slice(0, 16)}…, as the code of this branch builds it`,
            program: true as const,
          },
        ]),
  ];
}

function exactly(
  path: string,
  given: unknown,
  allowed: Readonly<Record<string, RegExp>>,
  found: (where: string, got: unknown, allowed: string) => StackFinding,
): StackFinding[] {
  if (!isTree(given)) return [found(path, given, Object.keys(allowed).join(', '))];
  const names = new Set([...Object.keys(allowed), ...Object.keys(given)]);
  return [...names].flatMap((name) => {
    const pattern = Object.hasOwn(allowed, name) ? allowed[name]! : undefined;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!pattern) return [found(`${path}.${name}`, value, `only ${Object.keys(allowed).join(', ')}`)];
    return typeof value === 'string' && pattern.test(value) ? [] : [found(`${path}.${name}`, value, String(pattern))];
  });
}
