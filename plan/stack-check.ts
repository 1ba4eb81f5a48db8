import { isDeepStrictEqual } from 'node:util';
import { ids, partOf } from '../definition/addresses';
import { ExplainedError, shown } from '../definition/problem';
import { refusedExpression } from './expressions';
import { refusedObject } from './object-check';
import { readProviderLock } from './provider-lock';
import { refusedProvisioner } from './provisioner-check';
import type { Body, Program, StackFinding } from './stack-finding';
import { isTree, sha256, type Tree } from './stack-json';

/** A synthesized stack that came from code that nobody has read yet. */
export interface UnreadStack {
  readonly name: string;
  /** Without cdktf's commentary. */
  readonly json: Tree;
  /** Bytes of the files that lie beside it, by path. */
  readonly assets: ReadonlyMap<string, Buffer>;
  /** The text of its `.terraform.lock.hcl`; empty when there is none. */
  readonly lock: string;
}

/** What the side that holds the credentials expects of a stack: all of it comes from its own code. */
export interface Expected {
  /** The `terraform` block with its backend, as the stack of this name has it. */
  readonly terraform: unknown;
  /** Owners that the GitHub provider may work for. */
  readonly owners: ReadonlySet<string>;
  /** Digests (SHA-256) of the files that it builds itself, by what they are. */
  readonly programs: Readonly<Record<Program, string>>;
  readonly lock: string;
  /** Whether a user-data is what its own templates render, for the buckets that the stack makes for each purpose. */
  readonly isOwnUserData: (text: string, bucket: (purpose: string) => Tree | undefined) => boolean;
}

/** What Terraform may be told of at all; modules, variables, checks and whatever it learns next are not among it. */
const blocks = new Set(['terraform', 'provider', 'resource', 'data', 'import', 'moved', 'locals', 'output']);
const resourceType = /^(?:digitalocean_[a-z0-9_]+|github_[a-z0-9_]+|terraform_data)$/;
const label = /^[A-Za-z_][\w-]*$/;
/** The data sources that constructs read, with the attributes that they set. */
const dataSources: Readonly<Record<string, ReadonlySet<string>>> = {
  github_team: new Set(['slug']),
  github_user: new Set(['username']),
  github_actions_environment_public_key: new Set(['repository', 'environment']),
};

/**
 * Everything in a stack that Terraform must not be given with credentials at hand. Nothing of it is run, and nothing is
 * believed because it is not mentioned: whatever has no place in the list of what is allowed is a finding.
 */
export function checkUnreadStack(stack: UnreadStack, expected: Expected): StackFinding[] {
  const { json } = stack;
  const known = new Set(stack.assets.keys());
  return [
    ...Object.keys(json)
      .filter((name) => !blocks.has(name))
      .map((name) => finding(name, 'a block', `${[...blocks].join(', ')}`)),
    ...sameAs('terraform', json.terraform, expected.terraform),
    ...providers(json.provider, expected),
    ...bodies(json, 'resource').flatMap((resource) => checkResource(resource, stack, expected)),
    ...bodies(json, 'data').flatMap(checkDataSource),
    ...shapes(json),
    ...imports(json.import),
    ...expressions(json, known),
    ...assetFindings(stack, expected),
    ...lockFindings(stack.lock, expected.lock),
  ];
}

/** Throws what was found, a line each. With `programRead`, somebody has read the program of this very commit. */
export function mustBeAllowed(
  name: string,
  findings: readonly StackFinding[],
  programRead = false,
): readonly StackFinding[] {
  const refusedOnes = findings.filter(({ program }) => program === undefined || !programRead);
  if (refusedOnes.length === 0) return findings;
  const lines = refusedOnes
    .slice(0, 50)
    .map(({ path, found, allowed }) => `  ${path}: got ${found}; allowed: ${allowed}`);
  const more = refusedOnes.length > 50 ? [`  … and ${refusedOnes.length - 50} more`] : [];
  const todo = refusedOnes.every(({ program }) => program)
    ? [
        'All of it is the program itself, which runs on machines and with the credentials of a deploy. When somebody who may write has read this commit, the label "plan" lets it be planned (docs/workflows.md).',
      ]
    : [];
  throw new ExplainedError(
    [`${name}: the synthesized stack is refused, and was not planned`, ...lines, ...more, ...todo].join('\n'),
  );
}

const finding = (path: string, found: string, allowed: string): StackFinding => ({ path, found, allowed });
const part = (path: string, found: string, allowed: string): StackFinding => ({ path, found, allowed, program: true });
const text = (value: unknown): string => (value === undefined ? 'nothing' : shown(value));

/** In what a value is another than the expected one, attribute by attribute. */
export function sameAs(path: string, got: unknown, expected: unknown): StackFinding[] {
  if (isDeepStrictEqual(got, expected)) return [];
  if (isTree(got) && isTree(expected))
    return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap((key) =>
      sameAs(`${path}.${key}`, own(got, key), own(expected, key)),
    );
  // another version of a provider is another program
  const make = /^terraform\.required_providers\.\w+\.version$/.test(path) ? part : finding;
  return [make(path, text(got), text(expected))];
}

const own = (tree: Tree, key: string): unknown => (Object.hasOwn(tree, key) ? tree[key] : undefined);

/** Credentials go where a provider's configuration says: there is exactly one for each, and it says nothing but GitHub's owner. */
function providers(given: unknown, { owners }: Expected): StackFinding[] {
  if (!isTree(given)) return [finding('provider', text(given), 'one block for each provider')];
  return Object.entries(given).flatMap(([name, configurations]) => {
    const path = `provider.${name}`;
    if (name !== 'digitalocean' && name !== 'github') return [finding(path, 'a provider', 'digitalocean, github')];
    if (!Array.isArray(configurations) || configurations.length !== 1 || !isTree(configurations[0]))
      return [finding(path, text(configurations), 'exactly one configuration')];
    const { owner, ...others } = configurations[0];
    const noOwner =
      name === 'github' && typeof owner === 'string' && owners.has(owner)
        ? []
        : name === 'digitalocean' && owner === undefined
          ? []
          : [finding(`${path}[0].owner`, text(owner), [...owners].join(', '))];
    return [
      ...noOwner,
      ...Object.entries(others).map(([attribute, value]) =>
        finding(
          `${path}[0].${attribute}`,
          text(value),
          'nothing: tokens and addresses come from the environment of whoever deploys',
        ),
      ),
    ];
  });
}

/** Every well-formed body of `resource` or `data`. */
function bodies(json: Tree, block: string): Body[] {
  const types = json[block];
  if (!isTree(types)) return [];
  return Object.entries(types).flatMap(([type, named]) =>
    !isTree(named)
      ? []
      : Object.entries(named).flatMap(([name, body]) =>
          isTree(body) ? [{ path: `${block}.${type}.${name}`, type, body }] : [],
        ),
  );
}

/** Terraform's JSON may say the same thing in several shapes, as lists of blocks for one; a stack of ours uses one of them. */
function shapes(json: Tree): StackFinding[] {
  return ['resource', 'data'].flatMap((block) => {
    const types = json[block];
    if (types === undefined) return [];
    if (!isTree(types)) return [finding(block, 'another shape', 'an object of types')];
    return Object.entries(types).flatMap(([type, named]) => {
      if (!isTree(named)) return [finding(`${block}.${type}`, 'another shape', 'an object of names')];
      return Object.entries(named).flatMap(([name, body]) => [
        ...(isTree(body) ? [] : [finding(`${block}.${type}.${name}`, 'another shape', 'an object of attributes')]),
        ...(label.test(name) && name !== '__proto__'
          ? []
          : [finding(`${block}.${type}.${name}`, 'its name', 'letters, digits, "_" and "-"')]),
      ]);
    });
  });
}

function checkResource(resource: Body, stack: UnreadStack, expected: Expected): StackFinding[] {
  const { path, type, body } = resource;
  if (!resourceType.test(type))
    return [finding(path, 'a resource', 'types of the providers digitalocean and github, and terraform_data')];
  const meta = ['connection', 'provider']
    .filter((name) => Object.hasOwn(body, name))
    .map((name) => finding(`${path}.${name}`, 'a block', 'nothing'));
  const provisioner =
    body.provisioner === undefined ? [] : refusedProvisioner(resource, stack.assets, expected.programs);
  const userData =
    typeof body.user_data === 'string' &&
    !expected.isOwnUserData(body.user_data, (purpose) => bucketFor(stack.json, purpose))
      ? [part(`${path}.user_data`, 'another text', 'what the templates of this branch render')]
      : [];
  const object =
    type === 'digitalocean_spaces_bucket_object' ? refusedObject(resource, stack.assets, expected.programs) : [];
  return [...meta, ...provisioner, ...userData, ...object];
}

const bucketFor = (json: Tree, purpose: string): Tree | undefined =>
  bodies(json, 'resource').find(
    ({ path }) => path === `resource.digitalocean_spaces_bucket.${partOf(ids.buckets, purpose)}`,
  )?.body;

function checkDataSource({ path, type, body }: Body): StackFinding[] {
  const attributes = Object.hasOwn(dataSources, type) ? dataSources[type]! : undefined;
  if (!attributes) return [finding(path, 'a data source', Object.keys(dataSources).join(', '))];
  return Object.keys(body)
    .filter((name) => !attributes.has(name))
    .map((name) => finding(`${path}.${name}`, text(body[name]), [...attributes].join(', ')));
}

function imports(given: unknown): StackFinding[] {
  if (given === undefined) return [];
  const plain =
    Array.isArray(given) &&
    given.every(
      (one) => isTree(one) && Object.keys(one).every((key) => ['to', 'id'].includes(key)) && typeof one.id === 'string',
    );
  return plain ? [] : [finding('import', text(given), 'a list of { to, id }')];
}

/** Keys are templates too, wherever an object is a value. */
function expressions(value: unknown, assets: ReadonlySet<string>, path = ''): StackFinding[] {
  const check = (string: string, at: string): StackFinding[] => {
    const why = refusedExpression(string, assets);
    return why === undefined
      ? []
      : [finding(at, why, 'references to resources, and functions that compute from their arguments alone')];
  };
  if (typeof value === 'string') return check(value, path);
  if (Array.isArray(value)) return value.flatMap((inner, index) => expressions(inner, assets, `${path}[${index}]`));
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [...check(key, at), ...expressions(inner, assets, at)];
  });
}

/** Files are read by Terraform and run by whoever deploys: each is one that this side builds, byte for byte. */
function assetFindings({ assets }: UnreadStack, { programs }: Expected): StackFinding[] {
  const ours = new Set(Object.values(programs));
  return [...assets].flatMap(([path, bytes]) => {
    const digest = sha256(bytes);
    return ours.has(digest)
      ? []
      : [part(path, `SHA-256 ${digest.slice(0, 16)}…`, 'the files that the code of this branch builds')];
  });
}

function lockFindings(given: string, expected: string): StackFinding[] {
  const [got, wanted] = [readProviderLock(given), readProviderLock(expected)];
  if (got.digest === wanted.digest) return [];
  const versions = (lock: typeof got): string =>
    Object.entries(lock.providers)
      .map(([address, version]) => `${address.split('/').at(-1)} ${version}`)
      .join(', ') || 'nothing';
  return [
    part(
      '.terraform.lock.hcl',
      versions(got) === versions(wanted) ? 'other checksums' : versions(got),
      versions(wanted),
    ),
  ];
}
