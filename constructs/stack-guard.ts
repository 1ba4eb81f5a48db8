import { cdktfToken } from '../definition/plain';
import { ExplainedError } from '../definition/problem';

/**
 * Checks on a finished stack: mistakes that cdktf and Terraform let pass, and that show only when it is too late.
 */
export function checkStack(name: string, json: unknown): void {
  const resources = Object.entries((json as Json).resource ?? {}).flatMap(([type, group]) =>
    Object.entries(group as Json).map(([id, body]) => ({ address: `${type}.${id}`, type, body: body as Json })),
  );
  const problems = [
    ...resources.flatMap(({ address, body }) => mangledTokens(address, body)),
    ...replacedBeforehand(resources),
    ...oversizedUserData(resources),
  ];
  if (problems.length > 0)
    throw new ExplainedError(`stack "${name}" cannot be synthesized:\n${problems.map((p) => `  ${p}`).join('\n')}`);
}

type Json = Record<string, unknown>;
interface Resource {
  readonly address: string;
  readonly type: string;
  readonly body: Json;
}

function* texts(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      if (key !== '//') yield* texts(inner, path === '' ? key : `${path}.${key}`);
  }
}

/** A token is a placeholder; upper-casing it or cutting it leaves text that nobody resolves any more. */
function mangledTokens(address: string, body: Json): string[] {
  return [...texts(body, '')].flatMap(([path, text]) => {
    const found = cdktfToken.exec(text);
    return found === null
      ? []
      : [
          `${address}.${path} holds a mangled token (${JSON.stringify(text.slice(found.index, found.index + 30))}): a reference was changed as if it were text; use a function of Fn instead`,
        ];
  });
}

/** Deleting the old one after the new one was made deletes both (GitHub knows a secret by its name), or cannot work (one volume, one machine). */
const neverTwice = /^github_(actions|dependabot).*secret$|^digitalocean_volume(_attachment)?$/;

function replacedBeforehand(resources: readonly Resource[]): string[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const problems: string[] = [];
  for (const resource of resources) {
    if ((resource.body.lifecycle as Json | undefined)?.create_before_destroy !== true) continue;
    for (const reached of reachedFrom(resource, byAddress)) {
      if (neverTwice.test(reached.type))
        problems.push(
          `${reached.address} would be created before its predecessor is destroyed${reached === resource ? '' : `, because ${resource.address} is`}: it cannot exist twice; take create_before_destroy out`,
        );
    }
  }
  return problems;
}

/** A resource and all that it refers to: Terraform hands create_before_destroy on to them. */
function reachedFrom(start: Resource, byAddress: ReadonlyMap<string, Resource>): Set<Resource> {
  const reached = new Set<Resource>();
  const visit = (resource: Resource): void => {
    if (reached.has(resource)) return;
    reached.add(resource);
    for (const [, text] of texts(resource.body, '')) {
      for (const [address] of text.matchAll(/[a-z]+_[a-z_]+\.[\w-]+/g)) {
        const next = byAddress.get(address);
        if (next) visit(next);
      }
    }
  };
  visit(start);
  return reached;
}

/** API description, droplet_create.user_data: plain text, at most 64 KiB. The provider does not check it. */
export const userDataLimit = 64 * 1024;

function oversizedUserData(resources: readonly Resource[]): string[] {
  return resources.flatMap(({ address, body }) => {
    const bytes = typeof body.user_data === 'string' ? Buffer.byteLength(body.user_data) : 0;
    return bytes <= userDataLimit
      ? []
      : [
          `${address}.user_data takes ${bytes.toLocaleString('en-US')} bytes; DigitalOcean takes ${userDataLimit.toLocaleString('en-US')}: move what is not needed to boot into the converge layer`,
        ];
  });
}
