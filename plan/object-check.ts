import { posix } from 'node:path';
import { shown } from '../definition/problem';
import { isPlainText, refusedExpression } from './expressions';
import type { Body, Program, StackFinding } from './stack-finding';
import { sha256 } from './stack-json';

/** What a machine converges to (`contract/desired.ts`). */
const desiredKey = 'desired.yaml';
/** What services connect to managed datastores with. */
const managedKey = 'managed.json';
const managedUrls =
  /^\{(?:"[a-z][a-z0-9-]*":\{(?:"[A-Z_]+":"\$\{digitalocean_database_(?:cluster|connection_pool)\.[\w-]+\.private_uri\}",?)+\},?)*\}\n$/;
const bundle = /^\$\{sensitive\(file\("(assets\/agent-bundle\/[0-9A-F]{32}\/agent\.js)"\)\)\}$/;

/**
 * What of an object in a bucket may not be. A machine runs what lies under `agent/`, and a plan shows nothing of it: it is the bundle
 * that lies beside the stack, with its own digest. What a machine converges to is text that a plan shows. `source` is a file of whoever deploys.
 */
export function refusedObject(
  { path, body }: Body,
  assets: ReadonlyMap<string, Buffer>,
  programs: Readonly<Record<Program, string>>,
): StackFinding[] {
  const found = (name: string, allowed: string): StackFinding => ({
    path: `${path}.${name}`,
    found: body[name] === undefined ? 'nothing' : shown(body[name]),
    allowed,
  });
  const files = ['source', 'content_base64']
    .filter((name) => Object.hasOwn(body, name))
    .map((name) => found(name, 'nothing: an object has its text as content'));
  const { key, content } = body;
  if (typeof key !== 'string' || !isPlainText(key)) return [...files, found('key', 'a plain text')];
  // clients of S3 take "//" and "/../" out of a key
  const named = posix.normalize(`/${key}`).slice(1);
  if (named === desiredKey) {
    // an expression that may stand nowhere is told where expressions are
    const told =
      typeof content === 'string' &&
      (isPlainText(content) || refusedExpression(content, new Set(assets.keys())) !== undefined);
    return [...files, ...(told ? [] : [found('content', 'a plain text, which a review shows')])];
  }
  // a plan hides all of it, for the passwords in it
  if (named === managedKey)
    return typeof content === 'string' && managedUrls.test(content)
      ? files
      : [
          ...files,
          found(
            'content',
            'the private_uri of a managed datastore for each variable of each service, and nothing else',
          ),
        ];
  if (!/^agent(\/|$)/i.test(named)) return files;
  if (key === 'agent/agent.js') {
    const asset = bundle.exec(String(content))?.[1];
    const bytes = asset === undefined ? undefined : assets.get(asset);
    if (bytes === undefined)
      return [...files, found('content', '${sensitive(file("assets/agent-bundle/HASH/agent.js"))}')];
    const digest = sha256(bytes);
    // a file that is none of ours is told once, as a file
    if (digest === programs.agent || !Object.values(programs).includes(digest)) return files;
    return [
      ...files,
      {
        path: asset!,
        found: `SHA-256 ${digest.slice(0, 16)}…`,
        allowed: `SHA-256 ${programs.agent.slice(0, 16)}…, as the code of this branch builds it`,
        program: true,
      },
    ];
  }
  if (key !== 'agent/agent.js.sha256')
    return [...files, found('key', 'agent/agent.js, agent/agent.js.sha256, or a key that does not begin with agent/')];
  const digests = [
    programs.agent,
    ...[...assets].filter(([asset]) => asset.startsWith('assets/agent-bundle/')).map(([, bytes]) => sha256(bytes)),
  ];
  return digests.some((digest) => content === `${digest}  agent.js\n`)
    ? files
    : [...files, found('content', 'the SHA-256 of the bundle beside the stack')];
}
